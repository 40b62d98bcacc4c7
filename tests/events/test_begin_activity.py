"""Beginning an activity: whoever belongs to a group can, and runs it from then on."""

from datetime import datetime, time
from typing import Any
from uuid import uuid4

import pytest
from pydantic import ValidationError
from sqlalchemy import update
from sqlalchemy.orm import Session

from services.events.errors.activities import NoDates, NoSuchGroup, TooManyDates
from services.events.errors.places import MembersOnly
from services.events.errors.programme import NotYourProgramme, TimeUnusable
from services.events.models import Group, Host
from services.events.schemas.programme import OccurrenceEdit
from services.events.use_cases.groups import leave_group
from services.events.use_cases.programme import change_occurrence
from services.events.use_cases.rsvp import answer_rsvp
from shared.auth import Caller
from shared.contracts.events import Answer, OccurrenceScheduled, OccurrenceState
from shared.contracts.members import Role, Visibility
from shared.errors import ServiceError
from tests.conftest import Clock
from tests.events.activity_builders import WEEKLY, dates_of, draft_of, given_activity, member_of
from tests.events.builders import given_group, told


def days(session: Session, group: Group, clock: Clock, **fields: Any) -> list[str]:
    activity = given_activity(session, member_of(session, group), group, clock(), **fields)
    return [f"{each.starts:%Y-%m-%d}" for each in dates_of(session, activity.id)]


@pytest.mark.parametrize(
    ("repeat", "found"),
    [
        (None, ["2026-11-26"]),
        ({"every": "week", "count": 3}, ["2026-11-26", "2026-12-03", "2026-12-10"]),
        ({"every": "week", "interval": 2, "until": "2026-12-24"}, ["2026-11-26", "2026-12-10", "2026-12-24"]),
        ({"every": "month_by_day", "count": 3}, ["2026-11-26", "2026-12-26", "2027-01-26"]),
        ({"every": "month_by_weekday", "count": 3}, ["2026-11-26", "2026-12-24", "2027-01-28"]),
    ],
)
def test_every_date_is_there_at_once_and_told(
    session: Session, group: Group, clock: Clock, repeat: dict[str, Any] | None, found: list[str]
):
    assert days(session, group, clock, repeat=repeat) == found
    messages = told(session)
    assert [type(each) for each in messages] == [OccurrenceScheduled] * len(found)
    assert {each.title for each in messages if isinstance(each, OccurrenceState)} == {"Film night"}


def test_a_fifth_thursday_is_the_last_one_of_each_month(session: Session, group: Group, clock: Clock):
    fifth = {"starts": "2026-12-31T18:30", "ends": "2026-12-31T21:00"}
    repeat = {"every": "month_by_weekday", "count": 3}
    assert days(session, group, clock, **fifth, repeat=repeat) == ["2026-12-31", "2027-01-28", "2027-02-25"]


def test_without_an_end_there_are_dates_up_to_the_horizon(session: Session, group: Group, clock: Clock):
    found = days(session, group, clock, repeat={"every": "week"})
    assert (found[0], found[-1], len(found)) == ("2026-11-26", "2027-05-20", 26)


def test_a_first_date_beyond_the_horizon_is_made_all_the_same(session: Session, group: Group, clock: Clock):
    far = {"starts": "2028-01-06T18:30", "ends": "2028-01-06T21:00"}
    assert days(session, group, clock, **far, repeat={"every": "week"}) == ["2028-01-06"]


def test_half_past_six_stays_half_past_six_when_the_clocks_change(session: Session, group: Group, clock: Clock):
    activity = given_activity(session, member_of(session, group), group, clock(), repeat={"every": "week"})
    dates = dates_of(session, activity.id)
    assert {each.starts.time() for each in dates} == {time(18, 30)}
    assert {each.starts_at.hour for each in dates} == {17, 18}


def test_a_rule_keeps_a_date_in_the_hour_that_is_skipped_and_begins_it_when_the_clocks_have_jumped(
    session: Session, group: Group, clock: Clock
):
    night = {"starts": "2027-03-21T01:30", "ends": "2027-03-21T02:30", "repeat": {"every": "week", "count": 3}}
    activity = given_activity(session, member_of(session, group), group, clock(), **night)
    assert [(each.slot, each.starts, each.ends) for each in dates_of(session, activity.id)][1] == (
        "2027-03-28T01:30:00",
        datetime(2027, 3, 28, 2, 30),
        datetime(2027, 3, 28, 3, 30),
    )


def test_the_hour_that_comes_twice_is_the_first_of_the_two(session: Session, group: Group, clock: Clock):
    night = {"starts": "2027-10-31T01:30", "ends": "2027-10-31T02:30"}
    [only] = dates_of(session, given_activity(session, member_of(session, group), group, clock(), **night).id)
    assert (only.starts_at.hour, only.ends_at.hour) == (0, 2)


@pytest.mark.parametrize(
    ("fields", "refusal", "says"),
    [
        ({"starts": "2026-11-22T18:30", "ends": "2026-11-22T21:00"}, TimeUnusable, "is past"),
        ({"starts": "2027-03-28T01:30", "ends": "2027-03-28T03:30"}, TimeUnusable, "The clocks go forward"),
        ({"ends": "2026-11-26T18:00"}, TimeUnusable, "before it has begun"),
        ({"starts": "2999-11-26T18:30", "ends": "2999-11-26T19:30"}, TimeUnusable, "too far away"),
        ({"repeat": {"every": "week", "count": 10_000}}, TooManyDates, "1,000"),
        ({"repeat": {"every": "week", "until": "2199-01-01"}}, TooManyDates, "an earlier end"),
        ({"repeat": {"every": "week", "until": "2026-11-25"}}, NoDates, "after its end"),
    ],
)
def test_what_cannot_be_is_refused_by_name(
    session: Session, group: Group, clock: Clock, fields: dict[str, Any], refusal: type[ServiceError], says: str
):
    with pytest.raises(refusal, match=says):
        given_activity(session, member_of(session, group), group, clock(), **fields)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"timezone": "Europe/Atlantis"}, "no such time zone"),
        ({"repeat": {"every": "week", "count": 3, "until": "2027-01-01"}}, "not both"),
        ({"repeat": {"every": "hour"}}, "month_by_day"),
        ({"card": {"parking": {"known": "yes"}}}, "parking"),
    ],
)
def test_what_cannot_be_read_says_what_to_give(group: Group, fields: dict[str, Any], says: str):
    with pytest.raises(ValidationError, match=says):
        draft_of(group, **fields)


def test_a_tentative_one_can_be_said_yes_to(session: Session, group: Group, clock: Clock):
    activity = given_activity(session, member_of(session, group), group, clock(), tentative=True, capacity=3)
    [only] = dates_of(session, activity.id)
    answer_rsvp(session, only.id, uuid4(), Answer.GOING, now=clock())
    session.refresh(only)
    assert (only.status, only.places_left) == ("tentative", 2)


# Who may, and who runs it


def test_who_may_begin_something(session: Session, clock: Clock):
    forum, hidden = given_group(session), given_group(session, "women", Visibility.HIDDEN)
    stranger = Caller(issuer="members", member_id=uuid4())

    def refusal(caller: Caller, group: Group) -> type[ServiceError] | None:
        try:
            given_activity(session, caller, group, clock())
        except ServiceError as error:
            return type(error)
        return None

    for group in (forum, hidden):
        assert refusal(member_of(session, group), group) is None
        assert refusal(member_of(session, group, Role.CONVENOR), group) is None
        assert refusal(member_of(session, group, Role.GUEST), group) is MembersOnly
    assert refusal(stranger, forum) is MembersOnly
    assert refusal(stranger, hidden) is NoSuchGroup
    assert refusal(member_of(session, forum), Group(id=uuid4())) is NoSuchGroup


def test_who_began_it_runs_it_while_they_belong_to_the_group(session: Session, group: Group, clock: Clock):
    host, other = member_of(session, group), member_of(session, group)
    assert host.member_id is not None
    [first, *_] = dates_of(session, given_activity(session, host, group, clock(), repeat=WEEKLY).id)

    def change(caller: Caller, place: str) -> None:
        change_occurrence(session, first.id, OccurrenceEdit(place=place), caller=caller, now=clock())

    change(host, "The park")
    with pytest.raises(NotYourProgramme):
        change(other, "The pub")
    leave_group(session, group.id, host.member_id, now=clock())
    with pytest.raises(NotYourProgramme):
        change(host, "The pub")
    assert first.place == "The park"


def test_who_was_asked_and_has_not_agreed_runs_nothing(session: Session, group: Group, clock: Clock):
    host = member_of(session, group)
    [only] = dates_of(session, given_activity(session, host, group, clock()).id)
    session.execute(update(Host).values(agreed_at=None))
    with pytest.raises(NotYourProgramme):
        change_occurrence(session, only.id, OccurrenceEdit(place="The pub"), caller=host, now=clock())
