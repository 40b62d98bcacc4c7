"""What a group thinks about is for its members: for anyone else, in any group, it is not there. See people.md, D25."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from services.events.models import Idea, IdeaState
from shared.contracts.members import Role, Visibility
from tests.conftest import Clock
from tests.events.builders import given_group, given_member
from tests.events.poll_builders import given_poll

Headers = dict[str, str]
BODIES: dict[str, Any] = {
    "PUT /ideas/{idea_id}/words": {"words": "Chess"},
    "POST /ideas/{idea_id}/withdrawal": {"ending": "done"},
    "POST /ideas/{idea_id}/retirement": {"ending": "done", "why": "We did it"},
    "PUT /ideas/{idea_id}/activity": {"activity_id": str(uuid4())},
    "PUT /polls/{poll_id}/vote": {"choices": [str(uuid4())]},
    "POST /polls/{poll_id}/options": {"words": "Chess"},
    "POST /polls/{poll_id}/activity": {"option_id": str(uuid4())},
}


def routes_with(client: TestClient, parameter: str) -> list[str]:
    paths = client.get("/openapi.json").json()["paths"].items()
    return [f"{method.upper()} {path}" for path, item in paths if parameter in path for method in item]


@pytest.fixture(params=Visibility)
def theirs(request: pytest.FixtureRequest, session: Session, clock: Clock) -> dict[str, UUID]:
    """Things of a group, by the parameters that name them."""
    group = given_group(session, "quiet-ones", request.param)
    idea = Idea(
        group_id=group.id,
        member_id=given_member(session, group),
        words="Chess",
        state=IdeaState.POSTED,
        written_at=clock(),
    )
    session.add(idea)
    session.flush()
    poll = given_poll(session, group, idea.member_id, clock())
    guest = given_member(session, group, Role.GUEST)
    session.commit()
    return {"group": group.id, "guest": guest, "{idea_id}": idea.id, "{poll_id}": poll.id}


@pytest.mark.parametrize("who", ["a stranger", "a guest", "a convenor who left"])
def test_d25_no_route_tells_it_from_nonsense(
    client: TestClient, theirs: dict[str, UUID], as_member: Callable[..., Headers], who: str
):
    member = theirs["guest"] if who == "a guest" else uuid4()
    roles = {theirs["group"]: Role.CONVENOR} if who == "a convenor who left" else {}
    headers = as_member(member, roles) | {"X-Request-Id": "the-same-request"}
    for parameter in (each for each in theirs if each.startswith("{")):
        routes = routes_with(client, parameter)
        assert len(routes) > 2
        for route in routes:
            method, path = route.split(" ")
            content = {"json": BODIES[route]} if route in BODIES else {}
            answers = [
                client.request(method, path.replace(parameter, str(each)), headers=headers, **content)
                for each in (theirs[parameter], uuid4())
            ]
            same = [(answer.status_code, answer.headers.raw, answer.content) for answer in answers]
            assert same[0] == same[1], route
            assert answers[0].status_code == 404, route


def test_d25_no_list_shows_it(client: TestClient, theirs: dict[str, UUID], as_member: Callable[..., Headers]):
    for path in ("/ideas", "/polls", f"/ideas?group={theirs['group']}", f"/polls?group={theirs['group']}"):
        for member in (uuid4(), theirs["guest"]):
            assert client.get(path, headers=as_member(member)).json() == {"items": [], "next": None}
