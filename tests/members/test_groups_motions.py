from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from services.members.jobs import settle_motions
from services.members.models import Group, MotionVote
from shared.contracts.members import Role, Visibility
from shared.db import Sessions
from shared.worker import Work
from tests.conftest import Clock
from tests.members.builders import data_of
from tests.members.group_builders import Town, given_group, given_member


@pytest.fixture
def group(town: Town) -> Group:
    return given_group(town.session, Visibility.CLOSED)


@pytest.fixture
def members(town: Town, group: Group) -> list[UUID]:
    """Five who have a say, and nobody runs the group; one of them has a guest."""
    five = [given_member(town.session, group) for _ in range(5)]
    given_member(town.session, group, Role.GUEST, came_with=five[0])
    return five


def propose(town: Town, who: UUID, group: Group, kind: str, about: UUID) -> Any:
    body = {"kind": kind, "about_member": str(about)}
    return town.ask(who, "POST", f"/groups/{group.id}/motions", json=body)


def vote(town: Town, who: UUID, group: Group, motion: Any, yes: bool) -> Any:
    return town.ask(who, "PUT", f"/groups/{group.id}/motions/{motion['id']}/vote", json={"yes": yes})


def test_a_group_elects_its_convenor(town: Town, group: Group, members: list[UUID]):
    motion = propose(town, members[0], group, "elect", members[1]).json()
    assert (motion["state"], motion["raised_by"], motion["my_vote"]) == ("open", str(members[0]), None)
    states = [vote(town, who, group, motion, yes=True).json()["state"] for who in members[1:4]]
    assert states == ["open", "open", "carried"]
    assert town.people(group)[members[1]] is Role.CONVENOR
    told = {"member_id": str(members[1]), "group_id": str(group.id), "role": "convenor"}
    assert data_of(town.session, "group-joined") == [told]
    assert town.ask(members[1], "PATCH", f"/groups/{group.id}", json={"name": "Walkers"}).status_code == 200


def test_a_group_stands_its_last_convenor_down_and_is_told_what_that_means(
    town: Town, group: Group, members: list[UUID]
):
    convenor = given_member(town.session, group, Role.CONVENOR)
    motion = propose(town, members[0], group, "stand_down", convenor).json()
    assert motion["leaves_no_convenor"]
    for who in members[:4]:
        last = vote(town, who, group, motion, yes=True).json()
    assert last["state"] == "carried"
    assert town.people(group)[convenor] is Role.MEMBER
    log = town.ask(members[0], "GET", f"/groups/{group.id}/log").json()["items"]
    assert [note["what"] for note in log] == ["no_convenor"]


def test_with_another_convenor_left_nobody_is_alarmed(town: Town, group: Group, members: list[UUID]):
    convenor = given_member(town.session, group, Role.CONVENOR)
    given_member(town.session, group, Role.CONVENOR)
    assert not propose(town, members[0], group, "stand_down", convenor).json()["leaves_no_convenor"]


def test_nobody_is_shown_how_it_stands_or_who_said_what(town: Town, group: Group, members: list[UUID]):
    motion = propose(town, members[0], group, "elect", members[1]).json()
    seen = vote(town, members[0], group, motion, yes=True).json()
    assert (seen["yes"], seen["no"], seen["my_vote"]) == (None, None, True)
    [for_another] = town.ask(members[2], "GET", f"/groups/{group.id}/motions").json()["items"]
    assert (for_another["yes"], for_another["no"], for_another["my_vote"]) == (None, None, None)


def test_once_decided_the_counts_are_all_that_is_left(town: Town, group: Group, members: list[UUID]):
    motion = propose(town, members[0], group, "elect", members[1]).json()
    for who, yes in zip(members[:4], (True, False, False, False), strict=True):
        last = vote(town, who, group, motion, yes).json()
    assert (last["state"], last["yes"], last["no"], last["my_vote"]) == ("lost", 1, 3, None)
    assert town.session.scalars(select(MotionVote)).all() == []
    assert vote(town, members[4], group, motion, yes=True).status_code == 409
    assert town.people(group)[members[1]] is Role.MEMBER


def test_a_vote_may_be_changed_and_is_one_vote(town: Town, group: Group, members: list[UUID]):
    motion = propose(town, members[0], group, "elect", members[0]).json()
    for yes in (False, True, True):
        assert vote(town, members[0], group, motion, yes).json()["state"] == "open"
    assert town.session.scalars(select(MotionVote.yes)).all() == [True]


def test_guests_and_strangers_have_no_say(town: Town, group: Group, members: list[UUID]):
    motion = propose(town, members[0], group, "elect", members[1]).json()
    guest = next(who for who, role in town.people(group).items() if role is Role.GUEST)
    for who in (guest, given_member(town.session)):
        assert vote(town, who, group, motion, yes=True).status_code == 403
        assert propose(town, who, group, "elect", members[1]).status_code == 403
        assert town.ask(who, "GET", f"/groups/{group.id}/motions").status_code == 403


@pytest.mark.parametrize(("kind", "about"), [("admit", 1), ("stand_down", 1), ("elect", "guest"), ("elect", "nobody")])
def test_a_motion_that_would_change_nothing_is_refused(
    town: Town, group: Group, members: list[UUID], kind: str, about: int | str
):
    guest = next(who for who, role in town.people(group).items() if role is Role.GUEST)
    person = {"guest": guest, "nobody": uuid4()}.get(str(about)) or members[1]
    assert propose(town, members[0], group, kind, person).status_code == 422


def test_one_question_is_put_once_at_a_time(town: Town, group: Group, members: list[UUID]):
    assert propose(town, members[0], group, "elect", members[1]).status_code == 201
    assert propose(town, members[2], group, "elect", members[1]).status_code == 409
    assert propose(town, members[2], group, "elect", members[2]).status_code == 201


@pytest.mark.parametrize(
    ("votes", "state"),
    [((True, True, False), "carried"), ((True, True), "lost"), ((True, False), "lost"), ((), "lost")],
)
def test_after_seven_days_those_who_voted_decide(
    town: Town, group: Group, members: list[UUID], db: Sessions, clock: Clock, votes: tuple[bool, ...], state: str
):
    motion = propose(town, members[0], group, "elect", members[1]).json()
    for who, yes in zip(members, votes, strict=False):
        vote(town, who, group, motion, yes)
    clock.go_on(days=7, seconds=-1)
    settle_motions(Work("members", db, clock))
    [found] = town.ask(members[0], "GET", f"/groups/{group.id}/motions").json()["items"]
    assert found["state"] == "open"
    clock.go_on(seconds=1)
    assert vote(town, members[4], group, motion, yes=True).status_code == 409
    settle_motions(Work("members", db, clock))
    town.session.expire_all()
    [found] = town.ask(members[0], "GET", f"/groups/{group.id}/motions").json()["items"]
    assert (found["state"], found["yes"], found["no"]) == (state, sum(votes), len(votes) - sum(votes))


def test_who_leaves_takes_their_vote_along_and_may_leave_a_majority(
    town: Town, group: Group, members: list[UUID], db: Sessions, clock: Clock
):
    motion = propose(town, members[0], group, "elect", members[0]).json()
    for who in members[:2]:
        vote(town, who, group, motion, yes=True)
    vote(town, members[4], group, motion, yes=False)
    for who in members[3:]:
        town.ask(who, "DELETE", f"/me/groups/{group.id}")
    clock.go_on(minutes=1)
    settle_motions(Work("members", db, clock))
    [found] = town.ask(members[0], "GET", f"/groups/{group.id}/motions").json()["items"]
    assert (found["state"], found["yes"], found["no"]) == ("carried", 2, 0)


def test_a_motion_of_another_group_is_not_found(town: Town, group: Group, members: list[UUID]):
    motion = propose(town, members[0], group, "elect", members[1]).json()
    elsewhere = given_group(town.session)
    there = given_member(town.session, elsewhere)
    assert vote(town, there, elsewhere, motion, yes=True).status_code == 404
