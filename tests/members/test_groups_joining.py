from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from services.members.jobs import end_stays
from services.members.models import GroupNote, Happening, JoinRequest, Kind, Motion, MotionVote
from services.members.use_cases.belonging import leave_group
from services.members.use_cases.motions import raise_motion, vote
from shared.contracts.members import Role, Visibility
from shared.db import Sessions
from shared.worker import Work
from tests.conftest import Clock
from tests.members.builders import NOW, data_of
from tests.members.group_builders import Town, caller_of, every_trace, given_group, given_member, given_worker


def test_a_member_joins_an_open_group_by_one_post(town: Town):
    group, member = given_group(town.session), given_member(town.session)
    for _ in range(2):
        answer = town.ask(member, "POST", f"/groups/{group.id}/members")
        assert answer.status_code == 201
        assert answer.json() == {"id": str(group.id), "slug": group.slug, "name": group.name, "role": "member"}
    assert town.people(group) == {member: Role.MEMBER}
    told = {"member_id": str(member), "group_id": str(group.id), "role": "member"}
    assert data_of(town.session, "group-joined") == [told]


def test_a_guest_of_an_open_group_becomes_a_member_in_their_own_right(town: Town):
    group = given_group(town.session)
    host = given_member(town.session, group)
    guest = given_member(town.session, group, Role.GUEST, came_with=host)
    assert town.ask(guest, "POST", f"/groups/{group.id}/members").json()["role"] == "member"
    assert town.ask(host, "DELETE", f"/me/groups/{group.id}").status_code == 204
    assert town.people(group) == {guest: Role.MEMBER}


def test_a_closed_group_is_not_joined_without_its_word(town: Town):
    group, member = given_group(town.session, Visibility.CLOSED), given_member(town.session)
    answer = town.ask(member, "POST", f"/groups/{group.id}/members")
    assert answer.status_code == 409
    assert "Ask to join" in answer.json()["detail"]
    assert town.people(group) == {}


def test_nobody_joins_without_signing_in(town: Town):
    assert town.ask(None, "POST", f"/groups/{given_group(town.session).id}/members").status_code == 401


def test_members_alone_see_who_is_in_a_group(town: Town):
    group = given_group(town.session)
    host = given_member(town.session, group)
    guest = given_member(town.session, group, Role.GUEST, came_with=host)
    path = f"/groups/{group.id}/members"
    page = town.ask(host, "GET", path, params={"limit": 1}).json()
    rest = town.ask(host, "GET", path, params={"after": page["next"]}).json()
    seen = [(one["member_id"], one["role"], one["came_with"]) for one in page["items"] + rest["items"]]
    assert seen == [(str(host), "member", None), (str(guest), "guest", str(host))]
    for who in (guest, given_member(town.session)):
        assert town.ask(who, "GET", path).status_code == 403
    assert town.ask(None, "GET", path).status_code == 401


def test_d30_leaving_is_one_action_without_a_reason_and_without_a_trace(town: Town):
    group = given_group(town.session, Visibility.CLOSED)
    leaving, other, third = (given_member(town.session, group) for _ in range(3))
    town.invite(leaving, group, role="guest")
    about = raise_motion(town.session, group.id, Kind.ELECT, leaving, caller=caller_of(other), now=NOW)
    theirs = raise_motion(town.session, group.id, Kind.ELECT, other, caller=caller_of(leaving), now=NOW)
    vote(town.session, group.id, theirs.id, yes=True, caller=caller_of(leaving), now=NOW)
    town.session.commit()
    answer = town.ask(leaving, "DELETE", f"/me/groups/{group.id}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert town.people(group) == {other: Role.MEMBER, third: Role.MEMBER}
    assert list(every_trace(town.session, leaving, group.id)) == []
    assert town.session.scalars(select(Motion.id)).all() == [theirs.id]
    assert about.id != theirs.id
    assert town.session.scalars(select(MotionVote)).all() == []
    assert data_of(town.session, "group-left") == [{"member_id": str(leaving), "group_id": str(group.id)}]
    assert town.ask(leaving, "GET", "/me").json()["groups"] == []


def test_leaving_asks_for_nothing_and_always_works(town: Town):
    """No body, no parameter but the group, the same answer for who never belonged."""
    document = town.client.get("/openapi.json").json()["paths"]["/me/groups/{group_id}"]["delete"]
    assert "requestBody" not in document
    assert [parameter["name"] for parameter in document["parameters"]] == ["group_id"]
    stranger = given_member(town.session)
    for group_id in (uuid4(), given_group(town.session).id, given_group(town.session, Visibility.HIDDEN).id):
        assert town.ask(stranger, "DELETE", f"/me/groups/{group_id}").status_code == 204
    assert data_of(town.session, "group-left") == []


def test_guests_leave_with_whom_they_came_with(town: Town):
    group = given_group(town.session, Visibility.CLOSED)
    host, other = given_member(town.session, group), given_member(town.session, group)
    guest = given_member(town.session, group, Role.GUEST, came_with=host)
    others_guest = given_member(town.session, group, Role.GUEST, came_with=other)
    town.ask(host, "DELETE", f"/me/groups/{group.id}")
    assert set(town.people(group)) == {other, others_guest}
    assert {told["member_id"] for told in data_of(town.session, "group-left")} == {str(host), str(guest)}


def test_a_guest_leaves_when_their_stay_is_over(town: Town, db: Sessions, clock: Clock):
    group = given_group(town.session, Visibility.CLOSED)
    host = given_member(town.session, group)
    guest = given_member(town.session, group, Role.GUEST, came_with=host, until=NOW + timedelta(hours=3))
    work = Work("members", db, clock)
    clock.go_on(hours=2, minutes=59)
    end_stays(work)
    assert guest in town.people(group)
    clock.go_on(minutes=1)
    end_stays(work)
    assert town.people(group) == {host: Role.MEMBER}
    end_stays(work)
    assert [told["member_id"] for told in data_of(town.session, "group-left")] == [str(guest)]


@pytest.mark.parametrize("others", [0, 1])
def test_the_last_convenor_leaves_freely_and_the_group_hears_that_nobody_runs_it(town: Town, others: int):
    group = given_group(town.session)
    last = given_member(town.session, group, Role.CONVENOR)
    member = given_member(town.session, group)
    for _ in range(others):
        given_member(town.session, group, Role.CONVENOR)
    leave_group(town.session, group.id, last, now=NOW)
    town.session.commit()
    log = town.ask(member, "GET", f"/groups/{group.id}/log").json()["items"]
    assert [note["what"] for note in log] == [Happening.NO_CONVENOR] * (1 - others)
    assert all(note["member_id"] is None for note in log)


def test_what_a_worker_does_in_a_group_is_told_to_its_members(town: Town):
    group = given_group(town.session)
    member, worker = given_member(town.session, group), given_worker(town.session)
    town.ask(worker, "POST", f"/groups/{group.id}/members")
    town.ask(worker, "DELETE", f"/me/groups/{group.id}")
    town.ask(given_member(town.session), "POST", f"/groups/{group.id}/members")
    log = town.ask(member, "GET", f"/groups/{group.id}/log").json()["items"]
    assert [(note["what"], note["member_id"]) for note in log] == [
        ("worker_joined", str(worker)),
        ("worker_left", str(worker)),
    ]
    assert town.ask(worker, "GET", f"/groups/{group.id}/log").status_code == 403
    assert len(town.session.scalars(select(GroupNote)).all()) == 2


def test_who_comes_in_another_way_asks_no_more(town: Town):
    group = given_group(town.session, Visibility.CLOSED)
    convenor, asking = given_member(town.session, group, Role.CONVENOR), given_member(town.session)
    assert town.ask(asking, "POST", f"/groups/{group.id}/requests").status_code == 204
    code = town.invite(convenor, group).json()["code"]
    assert town.accept(asking, code).status_code == 201
    assert town.session.scalars(select(JoinRequest)).all() == []
