from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from services.members.models import AdmitsBy, Group, JoinRequest, Motion
from shared.contracts.members import Role, Visibility
from tests.members.builders import data_of
from tests.members.group_builders import Town, given_group, given_member


@pytest.fixture
def group(town: Town) -> Group:
    return given_group(town.session, Visibility.CLOSED)


@pytest.fixture
def convenor(town: Town, group: Group) -> UUID:
    return given_member(town.session, group, Role.CONVENOR)


@pytest.fixture
def asking(town: Town) -> UUID:
    return given_member(town.session)


def ask(town: Town, who: UUID, group: Group) -> int:
    status: int = town.ask(who, "POST", f"/groups/{group.id}/requests").status_code
    return status


def answer(town: Town, who: UUID, group: Group, asking: UUID, admit: bool, *, strong: bool = True) -> int:
    path = f"/groups/{group.id}/requests/{asking}/answer"
    status: int = town.ask(who, "POST", path, strong=strong, json={"admit": admit}).status_code
    return status


@pytest.mark.parametrize("admit", [True, False])
def test_a_convenor_answers_who_asks(town: Town, group: Group, convenor: UUID, asking: UUID, admit: bool):
    assert [ask(town, asking, group) for _ in range(2)] == [204, 204]
    listed = town.ask(convenor, "GET", f"/groups/{group.id}/requests").json()["items"]
    assert [each["member_id"] for each in listed] == [str(asking)]
    assert answer(town, convenor, group, asking, admit) == 204
    assert (asking in town.people(group)) is admit
    assert len(data_of(town.session, "group-joined")) == admit
    assert town.ask(asking, "GET", "/me/requests").json() == {"items": []}
    assert answer(town, convenor, group, asking, admit) == 404


def test_convenors_alone_see_and_answer_requests(town: Town, group: Group, convenor: UUID, asking: UUID):
    ask(town, asking, group)
    member, guest = given_member(town.session, group), given_member(town.session, group, Role.GUEST)
    for who in (asking, member, guest):
        assert town.ask(who, "GET", f"/groups/{group.id}/requests").status_code == 403
        assert answer(town, who, group, asking, admit=True) == 403
    assert answer(town, convenor, group, asking, admit=True, strong=False) == 403
    assert asking not in town.people(group)


def test_who_asked_may_take_it_back(town: Town, group: Group, convenor: UUID, asking: UUID):
    ask(town, asking, group)
    assert [each["group_id"] for each in town.ask(asking, "GET", "/me/requests").json()["items"]] == [str(group.id)]
    for _ in range(2):
        assert town.ask(asking, "DELETE", f"/me/requests/{group.id}").status_code == 204
    assert answer(town, convenor, group, asking, admit=True) == 404
    assert town.ask(asking, "DELETE", f"/me/requests/{uuid4()}").status_code == 204


def test_asking_is_for_closed_groups_and_for_who_is_not_in(town: Town, group: Group, convenor: UUID, asking: UUID):
    assert ask(town, asking, given_group(town.session)) == 409
    assert ask(town, convenor, group) == 204
    assert town.session.scalars(select(JoinRequest)).all() == []


def test_where_the_group_votes_asking_begins_the_voting(town: Town, convenor: UUID, asking: UUID):
    group = given_group(town.session, Visibility.CLOSED, AdmitsBy.VOTE)
    voters = [given_member(town.session, group, role) for role in (Role.CONVENOR, Role.MEMBER, Role.MEMBER)]
    assert ask(town, asking, group) == 204
    assert answer(town, voters[0], group, asking, admit=True) == 409
    [motion] = town.ask(voters[1], "GET", f"/groups/{group.id}/motions").json()["items"]
    assert (motion["kind"], motion["about_member"], motion["state"]) == ("admit", str(asking), "open")
    path = f"/groups/{group.id}/motions/{motion['id']}/vote"
    assert town.ask(asking, "PUT", path, json={"yes": True}).status_code == 403
    assert [town.ask(who, "PUT", path, json={"yes": True}).json()["state"] for who in voters[:2]] == ["open", "carried"]
    assert town.people(group)[asking] is Role.MEMBER
    assert town.session.scalars(select(JoinRequest)).all() == []
    assert data_of(town.session, "group-joined")[-1]["member_id"] == str(asking)


def test_taking_it_back_ends_the_voting(town: Town, asking: UUID):
    group = given_group(town.session, Visibility.CLOSED, AdmitsBy.VOTE)
    ask(town, asking, group)
    town.ask(asking, "DELETE", f"/me/requests/{group.id}")
    assert town.session.scalars(select(Motion)).all() == []


def test_a_group_that_goes_into_hiding_forgets_who_asked(town: Town, asking: UUID):
    group = given_group(town.session, Visibility.CLOSED, AdmitsBy.VOTE)
    convenor = given_member(town.session, group, Role.CONVENOR)
    ask(town, asking, group)
    hidden = town.ask(convenor, "PATCH", f"/groups/{group.id}", json={"visibility": "hidden"})
    assert hidden.status_code == 200
    assert town.ask(asking, "GET", "/me/requests").json() == {"items": []}
    assert town.session.scalars(select(Motion)).all() == []
    assert ask(town, asking, group) == 404
