"""A hidden group's evenings: for whoever does not belong they are not there. See people.md, D25."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from services.events.models import Group, Occurrence
from services.events.use_cases.groups import leave_group
from shared.contracts.members import Duty, Role, Visibility
from shared.testing.keys import Keyring
from tests.conftest import Clock
from tests.events.builders import given_group, given_member, given_occurrence

Headers = dict[str, str]
BODIES: dict[str, Any] = {
    "POST /occurrences/{occurrence_id}/plan/lines": {"list": "kit", "words": "Two kettles"},
    "PUT /occurrences/{occurrence_id}/notes": {"words": "Bring a longer cable."},
    "POST /occurrences/{occurrence_id}/costs": {"what": "Milk", "pence": 90},
    "PUT /occurrences/{occurrence_id}/costs/budget": {"may_cost_pence": 3000},
    "PATCH /occurrences/{occurrence_id}": {"title": "Games night"},
    "PUT /occurrences/{occurrence_id}/rsvp": {"answer": "going"},
    "PUT /occurrences/{occurrence_id}/waiting": {},
    "PUT /occurrences/{occurrence_id}/attendance": {"came": 7},
    "PUT /occurrences/{occurrence_id}/roles": {"roles": [{"kind": "tea", "needed": 1}]},
    "PUT /occurrences/{occurrence_id}/roles/mine": {"kind": "tea"},
    "POST /occurrences/{occurrence_id}/roles/cover": {"kind": "tea"},
}
LISTS = ("/occurrences", "/occurrences?group=quiet-ones", "/me/rsvps")
OUTSIDERS = (
    "nobody",
    "another service",
    "a stranger",
    "a convenor of another group",
    "a worker",
    "a convenor who left",
)


@pytest.fixture
def hidden(session: Session) -> Group:
    return given_group(session, "quiet-ones", Visibility.HIDDEN)


@pytest.fixture
def theirs(session: Session, hidden: Group) -> Occurrence:
    occurrence = given_occurrence(session, hidden)
    session.commit()
    return occurrence


@pytest.fixture
def outsider(
    session: Session, client: TestClient, keys: Keyring, clock: Clock, hidden: Group, theirs: Occurrence
) -> Callable[[str], Headers]:
    """The headers of whoever may not know."""
    signer = keys.signer("members")

    def who_left() -> str:
        """They were coming, and their token is good for some minutes yet."""
        member = given_member(session, hidden, Role.CONVENOR)
        session.commit()
        token = signer.member_token(member, {hidden.id: Role.CONVENOR})
        said = client.put(f"/occurrences/{theirs.id}/rsvp", json={"answer": "going"}, headers=bearer(token))
        assert said.status_code == 200
        leave_group(session, hidden.id, member, now=clock())
        session.commit()
        return token

    tokens: dict[str, Callable[[], str]] = {
        "another service": lambda: keys.signer("members").service_token("events", "messages:read"),
        "a stranger": lambda: signer.member_token(uuid4(), {}),
        "a convenor of another group": lambda: signer.member_token(uuid4(), {uuid4(): Role.CONVENOR}),
        "a worker": lambda: signer.member_token(uuid4(), {}, Duty),
        "a convenor who left": who_left,
    }
    return lambda who: bearer(tokens[who]()) if who in tokens else bearer(None)


def bearer(token: str | None) -> Headers:
    return {"X-Request-Id": "the-same-request"} | ({"Authorization": f"Bearer {token}"} if token else {})


def routes_of_occurrences(client: TestClient) -> list[str]:
    """Every route whose path names an occurrence."""
    found = [
        f"{method.upper()} {path}"
        for path, item in client.get("/openapi.json").json()["paths"].items()
        if "{occurrence_id}" in path
        for method in item
    ]
    assert len(found) >= 4
    return found


def asked(client: TestClient, route: str, occurrence_id: UUID, headers: Headers) -> Any:
    method, path = route.split(" ")
    content = {"json": BODIES[route]} if route in BODIES else {}
    return client.request(method, path.format(occurrence_id=occurrence_id), headers=headers, **content)


@pytest.mark.parametrize("who", OUTSIDERS)
def test_d25_no_route_tells_a_hidden_groups_evening_from_nonsense(
    client: TestClient, theirs: Occurrence, outsider: Callable[[str], Headers], who: str
):
    headers = outsider(who)
    for route in routes_of_occurrences(client):
        answers = [asked(client, route, occurrence_id, headers) for occurrence_id in (theirs.id, uuid4())]
        same = [(answer.status_code, answer.headers.raw, answer.content) for answer in answers]
        assert same[0] == same[1], route
        assert answers[0].status_code in ({404} if who.startswith("a ") else {401, 403, 404}), route


@pytest.mark.parametrize("who", OUTSIDERS)
def test_d25_no_list_counts_or_names_a_hidden_groups_evening(
    client: TestClient, hidden: Group, outsider: Callable[[str], Headers], who: str
):
    headers = outsider(who)
    for path in LISTS:
        answer = client.get(path, headers=headers)
        assert answer.status_code == 401 or not any(answer.json().values())
    nonsense = client.get("/occurrences?group=no-such-group", headers=headers)
    asked_for = client.get("/occurrences?group=quiet-ones", headers=headers)
    assert (asked_for.headers.raw, asked_for.content) == (nonsense.headers.raw, nonsense.content)


@pytest.mark.parametrize("role", Role)
def test_d25_it_is_there_for_those_who_belong(
    client: TestClient,
    session: Session,
    hidden: Group,
    theirs: Occurrence,
    as_member: Callable[..., Headers],
    role: Role,
):
    headers = as_member(given_member(session, hidden, role), {hidden.id: role})
    session.commit()
    assert client.get(f"/occurrences/{theirs.id}", headers=headers).status_code == 200
    assert len(client.get("/occurrences?group=quiet-ones", headers=headers).json()["items"]) == 1
