"""Running an activity together."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from services.events.errors.activities import NotAskedToHost, NotOfThisGroup
from services.events.errors.places import ForThoseGoing, MembersOnly
from services.events.errors.programme import NotYourProgramme
from services.events.models import Activity, Group
from services.events.queries.activities import hosted_by, on_call_for
from services.events.use_cases.groups import leave_group
from services.events.use_cases.hosting import agree_to_host, ask_to_host, list_hosts, stop_hosting
from services.events.use_cases.merging import merge_member
from services.events.use_cases.on_call import go_off_call, go_on_call, who_is_on_call
from services.events.use_cases.rsvp import answer_rsvp
from services.events.use_cases.running import is_running
from shared.auth import Caller
from shared.contracts.events import Answer, HostAsked
from shared.contracts.members import Role
from tests.conftest import Clock
from tests.events.activity_builders import dates_of, given_activity, member_of
from tests.events.builders import given_group, told, told_since


@pytest.fixture
def host(session: Session, group: Group) -> Caller:
    return member_of(session, group)


@pytest.fixture
def activity(session: Session, group: Group, host: Caller, clock: Clock) -> Activity:
    return given_activity(session, host, group, clock())


def member_id(caller: Caller) -> UUID:
    assert caller.member_id is not None
    return caller.member_id


def hosts(session: Session, activity: Activity, caller: Caller) -> list[tuple[UUID, bool]]:
    session.expire_all()
    return [(each.member_id, each.agreed_at is not None) for each in list_hosts(session, activity.id, caller)]


def test_whoever_is_asked_decides(session: Session, group: Group, activity: Activity, host: Caller, clock: Clock):
    friend, shy = member_of(session, group), member_of(session, group)
    for number, asked in enumerate((friend, shy, friend)):
        at = clock() + timedelta(minutes=number + 1)
        ask_to_host(session, activity.id, member_id(asked), caller=host, now=at)
    agree_to_host(session, activity.id, caller=friend, now=clock())
    assert hosts(session, activity, host) == [(host.member_id, True), (friend.member_id, True), (shy.member_id, False)]
    assert hosts(session, activity, shy) == [(shy.member_id, False)]
    stop_hosting(session, activity.id, caller=shy)
    stop_hosting(session, activity.id, caller=host)
    assert hosts(session, activity, friend) == [(friend.member_id, True)]
    assert not is_running(session, activity, host)


def test_who_is_asked_hears_of_it_once_and_finds_it(
    session: Session, group: Group, activity: Activity, host: Caller, clock: Clock
):
    friend, before = member_of(session, group), len(told(session))
    for _ in range(2):
        ask_to_host(session, activity.id, member_id(friend), caller=host, now=clock())
    assert told_since(session, before) == [HostAsked(activity_id=activity.id, member_id=member_id(friend))]
    for agreed in (False, True):
        session.expire_all()
        assert [(it.id, asked.agreed_at is not None) for it, asked in hosted_by(session, friend)] == [
            (activity.id, agreed)
        ]
        agree_to_host(session, activity.id, caller=friend, now=clock())
    [evening] = dates_of(session, activity.id)
    go_on_call(session, evening.id, member_id(friend), caller=friend, now=clock())
    assert on_call_for(session, friend, clock()) == [evening.id]
    assert on_call_for(session, friend, evening.ends_at) == on_call_for(session, host, clock()) == []


def test_nobody_becomes_a_host_unasked_and_only_hosts_ask(
    session: Session, group: Group, activity: Activity, host: Caller, clock: Clock
):
    other = member_of(session, group)
    with pytest.raises(NotAskedToHost):
        agree_to_host(session, activity.id, caller=other, now=clock())
    with pytest.raises(NotYourProgramme):
        ask_to_host(session, activity.id, member_id(other), caller=other, now=clock())
    guest = member_of(session, group, Role.GUEST)
    for stranger in (uuid4(), member_id(guest)):
        with pytest.raises(NotOfThisGroup):
            ask_to_host(session, activity.id, stranger, caller=host, now=clock())


def test_who_leaves_the_group_hosts_there_no_more_even_on_coming_back(
    session: Session, group: Group, activity: Activity, host: Caller, clock: Clock
):
    leave_group(session, given_group(session, "other").id, member_id(host), now=clock())
    assert is_running(session, activity, host)
    leave_group(session, group.id, member_id(host), now=clock())
    assert hosts(session, activity, host) == []


def test_two_records_of_one_person_host_what_either_did(
    session: Session, group: Group, activity: Activity, host: Caller, clock: Clock
):
    kept = member_of(session, group)
    ask_to_host(session, activity.id, member_id(kept), caller=host, now=clock())
    merge_member(session, member_id(kept), member_id(host), clock())
    assert hosts(session, activity, kept) == [(kept.member_id, True)]


# Who can be turned to


def test_who_can_be_turned_to_is_known_to_those_going_only(
    session: Session, group: Group, activity: Activity, host: Caller, clock: Clock
):
    [evening] = dates_of(session, activity.id)
    peer, comes, other = (member_of(session, group) for _ in range(3))
    for _ in range(2):
        go_on_call(session, evening.id, member_id(peer), caller=peer, now=clock())
    answer_rsvp(session, evening.id, member_id(comes), Answer.GOING, now=clock())
    for caller in (peer, comes, host):
        assert who_is_on_call(session, evening.id, caller=caller) == [peer.member_id]
    with pytest.raises(ForThoseGoing):
        who_is_on_call(session, evening.id, caller=other)
    merge_member(session, member_id(other), member_id(peer), clock())
    assert who_is_on_call(session, evening.id, caller=host) == [other.member_id]
    go_off_call(session, evening.id, member_id(other), caller=other)
    assert who_is_on_call(session, evening.id, caller=host) == []


def test_only_who_belongs_to_the_group_can_be_turned_to(
    session: Session, group: Group, activity: Activity, host: Caller, clock: Clock
):
    [evening] = dates_of(session, activity.id)
    go_on_call(session, evening.id, member_id(host), caller=host, now=clock())
    leave_group(session, group.id, member_id(host), now=clock())
    answer_rsvp(session, evening.id, member_id(host), Answer.GOING, now=clock())
    assert who_is_on_call(session, evening.id, caller=host) == []
    with pytest.raises(MembersOnly):
        go_on_call(session, evening.id, member_id(host), caller=host, now=clock())
