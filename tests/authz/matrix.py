"""Every route, every object, every caller: what is declared, what is answered, and how the two are printed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from fastapi.testclient import TestClient

from tests.authz.callers import COLUMNS, Asking, Tokens

LETTERS = {401: "-", 403: "x", 404: ".", 409: "c"}
WHAT_THEY_MEAN = (
    "y may   - must sign in   x may not   . is told that there is nothing, as for nonsense   c not as things are"
)
ANYTHING = "anything"


@dataclass(frozen=True)
class World:
    """A service with people and things in it. `objects` fills the parameters of a path; `undo` takes back a request."""

    service: str
    client: TestClient
    tokens: Tokens
    objects: Mapping[str, Mapping[str, Any]]
    undo: Callable[[], None]


@dataclass(frozen=True)
class Row:
    """A route as the service's OpenAPI document names it, and for each object one letter per column.

    The letters stand in three words: nobody and a forged token, the people, the services.
    """

    route: str
    answers: Mapping[str, str]
    content: Callable[[Mapping[str, Any]], dict[str, Any]] = field(default=lambda _: {})
    scope: str = "messages:renew"
    issuer: str = "operator"


@dataclass(frozen=True)
class Line:
    """One route and object: what the matrix says, and what the service answered."""

    route: str
    thing: str
    declared: str
    answered: str


class Nonsense(dict[str, Any]):
    """An id that nobody has, for every parameter that an object does not name."""

    def __missing__(self, _: str) -> str:
        return str(uuid4())


def lines(world: World, rows: Sequence[Row]) -> Iterator[Line]:
    """Ask every cell of these rows."""
    for row in rows:
        for thing, declared in row.answers.items():
            answered = "".join(_letter(world, row, thing, column) for column in COLUMNS)
            yield Line(row.route, thing, declared.replace(" ", ""), answered)


def _letter(world: World, row: Row, thing: str, column: str) -> str:
    """What one caller is answered. Whatever refuses nobody in particular is a yes."""
    method, _, path = row.route.partition(" ")
    known = Nonsense(world.objects.get(thing, {}))
    token = world.tokens.of(column, Asking(world.service, row.scope, row.issuer))
    content = row.content(known)
    headers = content.pop("headers", {}) | ({"Authorization": f"Bearer {token}"} if token else {})
    try:
        answer = world.client.request(method, path.format_map(known), headers=headers, **content)
    finally:
        world.undo()
    assert answer.status_code < 500, f"{row.route} as {column}: {answer.text}"
    return LETTERS.get(answer.status_code, "y")


def table(service: str, asked: Sequence[Line]) -> Iterator[str]:
    """The matrix as text, a column a caller, with what is not as declared marked."""
    yield f"{service}: {sum(len(line.answered) for line in asked):,} cells. {WHAT_THEY_MEAN}"
    for number, column in enumerate(COLUMNS):
        yield " " * 46 + "| " * number + f"┌ {column}"
    for route in dict.fromkeys(line.route for line in asked):
        yield route
        for line in (line for line in asked if line.route == route):
            wrong = "" if line.answered == line.declared else f"   declared {' '.join(line.declared)}"
            yield f"    {line.thing:<42}{' '.join(line.answered)}{wrong}"
