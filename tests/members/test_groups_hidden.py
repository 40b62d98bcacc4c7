"""A women-only space: for whoever does not belong, it is not there. Every route that takes a group is found by itself."""

from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from services.members.models import Group
from shared.contracts.members import Duty, Role, Visibility
from tests.members.group_builders import SAME_REQUEST, Town, given_group, given_member, given_worker
from tests.members.telling_apart import are_told_apart, taken_by

BODIES: dict[str, Any] = {
    "PATCH /groups/{group_id}": {"visibility": "open"},
    "POST /groups/{group_id}/invitations": {"role": "guest"},
    "POST /groups/{group_id}/requests/{member_id}/answer": {"admit": True},
    "POST /groups/{group_id}/motions": {"kind": "elect", "about_member": str(uuid4())},
    "PUT /groups/{group_id}/motions/{motion_id}/vote": {"yes": True},
}


class Outsiders:
    """Everybody to whom a hidden group must not be there, by what they might hope it is open to; their tokens."""

    def __init__(self, town: Town, hidden: Group) -> None:
        self._town = town
        self._hidden = hidden
        self._elsewhere = given_group(town.session, Visibility.CLOSED)

    def token(self, who: str) -> str | None:
        """Theirs, None for nobody."""
        of_service = self._town.keys.signer
        make: dict[str, Callable[[], str | None]] = {
            "nobody": lambda: None,
            "the operator": lambda: of_service("operator").service_token("members", "groups:write"),
            "another service": lambda: of_service("events").service_token("members", "messages:read"),
            "a stranger": lambda: self._of(given_member(self._town.session)),
            "a convenor of another group": lambda: self._elsewhere_a(Role.CONVENOR),
            "a guest of another group": lambda: self._elsewhere_a(Role.GUEST),
            "a worker": lambda: self._of(given_worker(self._town.session), duties={Duty.WORKER}),
            "a safeguarding lead": lambda: self._of(given_worker(self._town.session), duties={Duty.SAFEGUARDING_LEAD}),
            "a convenor who left": self._who_left,
            "a member who asked before it hid": self._who_asked,
        }
        return make[who]()

    def _of(self, member: UUID, roles: dict[UUID, Role] | None = None, duties: Collection[Duty] = ()) -> str:
        return self._town.keys.signer("members").member_token(member, roles or {}, duties)

    def _elsewhere_a(self, role: Role) -> str:
        return self._of(given_member(self._town.session, self._elsewhere, role), {self._elsewhere.id: role})

    def _who_left(self) -> str:
        """Their token is good for some minutes yet, and says that they run the group."""
        member = given_member(self._town.session, self._hidden, Role.CONVENOR)
        assert self._town.ask(member, "DELETE", f"/me/groups/{self._hidden.id}").status_code == 204
        return self._of(member, {self._hidden.id: Role.CONVENOR})

    def _who_asked(self) -> str:
        town, path = self._town, f"/groups/{self._hidden.id}"
        convenor = given_member(town.session, self._hidden, Role.CONVENOR)
        member = given_member(town.session)
        assert town.ask(convenor, "PATCH", path, json={"visibility": "closed"}).status_code == 200
        assert town.ask(member, "POST", f"{path}/requests").status_code == 204
        assert town.ask(convenor, "PATCH", path, json={"visibility": "hidden"}).status_code == 200
        return self._of(member)


WHO = (
    "nobody",
    "the operator",
    "another service",
    "a stranger",
    "a convenor of another group",
    "a guest of another group",
    "a worker",
    "a safeguarding lead",
    "a convenor who left",
    "a member who asked before it hid",
)


@pytest.fixture
def hidden(town: Town) -> Group:
    group = given_group(town.session, Visibility.HIDDEN)
    for role in (Role.CONVENOR, Role.MEMBER):
        given_member(town.session, group, role)
    return group


def routes_of_groups(town: Town) -> list[str]:
    """Every route whose path names a group."""
    found = [
        f"{method.upper()} {path}"
        for path, item in town.client.get("/openapi.json").json()["paths"].items()
        if "{group_id}" in path
        for method in item
    ]
    assert len(found) >= 15
    return found


def asked(town: Town, token: str | None, route: str, group_id: UUID, other: UUID) -> Any:
    method, path = route.split(" ")
    path = path.format(group_id=group_id, member_id=other, motion_id=other, invitation_id=other)
    content = {"json": BODIES[route]} if route in BODIES else {}
    return town.with_token(token, method, path, **content)


def status_for(who: str, route: str) -> int:
    """What the group's not being there looks like: leaving it and asking no more always work."""
    if not who.startswith("a ") and route != "GET /groups/{group_id}":
        return 401
    return 204 if "/me/" in route else 404


@pytest.mark.parametrize("who", WHO)
def test_d25_for_whom_a_hidden_group_is_not_there_no_route_tells_it_from_nonsense(town: Town, hidden: Group, who: str):
    token, other = Outsiders(town, hidden).token(who), uuid4()
    before = town.people(hidden)
    for route in routes_of_groups(town):
        answers = [asked(town, token, route, group_id, other) for group_id in (hidden.id, uuid4())]
        same = [(answer.status_code, answer.headers.raw, answer.content) for answer in answers]
        assert same[0] == same[1], route
        assert answers[0].status_code == status_for(who, route), route
    assert town.people(hidden) == before
    assert town.session.scalar(select(Group.visibility).where(Group.id == hidden.id)) is Visibility.HIDDEN


@pytest.mark.parametrize("who", [who for who in WHO if who != "the operator"])
def test_d25_no_list_names_a_hidden_group(town: Town, hidden: Group, who: str):
    """The operator, who makes them, is the one exception."""
    token = Outsiders(town, hidden).token(who)
    for path in ("/groups", "/me", "/me/requests"):
        text = town.with_token(token, "GET", path, params={"limit": 200}).text
        assert not [told for told in (hidden.slug, hidden.name, str(hidden.id)) if told in text]


INSIDE = ("GET /groups/{group_id}", "GET /groups/{group_id}/members", "GET /groups/{group_id}/log")


@pytest.mark.parametrize(
    ("role", "statuses"),
    [(Role.GUEST, [200, 403, 403]), (Role.MEMBER, [200, 200, 200]), (Role.CONVENOR, [200, 200, 200])],
)
def test_d25_it_is_there_for_those_who_belong(town: Town, hidden: Group, role: Role, statuses: list[int]):
    member = given_member(town.session, hidden, role)
    token = town.keys.signer("members").member_token(member, {hidden.id: role})
    assert [asked(town, token, route, hidden.id, uuid4()).status_code for route in INSIDE] == statuses
    assert hidden.slug in town.with_token(token, "GET", "/groups").text


def test_d15_a_hidden_group_and_nonsense_are_the_same_bytes(town: Town, hidden: Group):
    stranger = given_member(town.session)
    answers = [town.ask(stranger, "GET", f"/groups/{group_id}") for group_id in (hidden.id, uuid4())]
    raw = [(answer.status_code, answer.headers.raw, answer.content) for answer in answers]
    assert raw[0] == raw[1]
    assert raw[0][0] == 404
    assert SAME_REQUEST["X-Request-Id"] in answers[0].text


def test_d15_a_hidden_group_and_nonsense_take_as_long(town: Town, hidden: Group):
    """A thousand tries, one after the other in turn; see people.md, D15."""
    token = town.keys.signer("members").member_token(given_member(town.session), {})
    town.session.commit()

    def asking(group_id: Callable[[], UUID]) -> Callable[[int], Any]:
        return lambda _: town.with_token(token, "GET", f"/groups/{group_id()}")

    hidden_id = hidden.id
    assert not are_told_apart(taken_by(asking(lambda: hidden_id), asking(uuid4)))
