from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from services.events.errors.programme import (
    CapacityTooSmall,
    ChangedMeanwhile,
    NoSuchOccurrence,
    NotYourProgramme,
    OccurrenceCancelled,
    OccurrenceOver,
    TimeUnusable,
)
from services.events.models import Group
from services.events.schemas.programme import OccurrenceEdit
from services.events.use_cases.programme import cancel_occurrence, change_occurrence
from services.events.use_cases.rsvp import answer_rsvp
from services.events.use_cases.telling import republish
from shared.auth import Caller
from shared.contracts import events
from shared.contracts.events import Answer, RsvpChanged
from shared.contracts.members import Role, Visibility
from shared.errors import ServiceError
from tests.conftest import Clock
from tests.events.builders import given_group, given_member, given_occurrence, going, told

OPERATOR = Caller(issuer="operator", scope="programme:write")
YES, NO = Answer.GOING, Answer.NOT_GOING


def edited(**fields: object) -> OccurrenceEdit:
    return OccurrenceEdit.model_validate(fields)


def test_a_moved_evening_keeps_its_length_and_is_told(session: Session, group: Group, clock: Clock):
    evening = given_occurrence(session, group)
    moved = change_occurrence(session, evening.id, edited(starts="2026-11-27T19:00"), caller=OPERATOR, now=clock())
    assert (moved.starts, moved.ends) == (datetime(2026, 11, 27, 19), datetime(2026, 11, 27, 21, 30))
    assert moved.slot == "2026-11-26T18:30:00"
    [message] = told(session)
    assert isinstance(message, events.OccurrenceMoved)
    assert message.starts == datetime(2026, 11, 27, 19)
    assert message.starts_at.isoformat() == "2026-11-27T19:00:00+00:00"


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"place": "The park"}, events.OccurrenceMoved),
        ({"ends": "2026-11-26T22:00"}, events.OccurrenceMoved),
        ({"title": "Film night"}, events.OccurrenceDescribed),
        ({"capacity": 20}, events.OccurrenceDescribed),
        ({"title": "Film night", "place": "The park"}, events.OccurrenceMoved),
    ],
)
def test_those_going_hear_of_another_time_or_place_only(
    session: Session, group: Group, clock: Clock, fields: dict[str, object], kind: type[events.OccurrenceState]
):
    evening = given_occurrence(session, group)
    changed = change_occurrence(session, evening.id, edited(**fields), caller=OPERATOR, now=clock())
    assert [type(message) for message in told(session)] == [kind]
    assert changed.sequence == 1


@pytest.mark.parametrize("fields", [{}, {"place": "Church Hall"}, {"starts": "2026-11-26T18:30"}, {"capacity": None}])
def test_nothing_changed_is_not_told(session: Session, group: Group, clock: Clock, fields: dict[str, object]):
    evening = given_occurrence(session, group)
    change_occurrence(session, evening.id, edited(**fields), caller=OPERATOR, now=clock())
    assert told(session) == []
    assert evening.sequence == 0


@pytest.mark.parametrize(
    ("fields", "advice"),
    [
        ({"starts": "2026-11-22T18:30"}, "is past"),
        ({"ends": "2026-11-26T18:29"}, "Give a later `ends`"),
        ({"ends": "2026-11-22T18:30"}, "Give a later `ends`"),
        ({"starts": "2027-03-28T01:30"}, "The clocks go forward"),
        ({"starts": "2027-03-27T23:00"}, "The clocks go forward"),  # two and a half hours later it is half past one
        ({"starts": "9999-12-31T23:00"}, "too far away"),
        ({"starts": "0001-01-01T00:00"}, "too far away"),
        ({"ends": "2028-11-26T18:30"}, "more than a year"),
    ],
)
def test_a_time_that_cannot_be_is_refused_with_advice(
    session: Session, group: Group, clock: Clock, fields: dict[str, object], advice: str
):
    evening = given_occurrence(session, group)
    with pytest.raises(TimeUnusable, match=advice):
        change_occurrence(session, evening.id, edited(**fields), caller=OPERATOR, now=clock())


def test_the_hour_that_comes_twice_is_the_first_of_the_two(session: Session, group: Group, clock: Clock):
    evening = given_occurrence(session, group)
    edit = edited(starts="2027-10-31T01:30", ends="2027-10-31T02:30")
    moved = change_occurrence(session, evening.id, edit, caller=OPERATOR, now=clock())
    assert moved.ends_at - moved.starts_at == timedelta(hours=2)


def test_one_that_has_begun_can_be_made_longer(session: Session, group: Group):
    evening = given_occurrence(session, group)
    now = evening.starts_at + timedelta(hours=1)
    longer = change_occurrence(session, evening.id, edited(ends="2026-11-26T22:00"), caller=OPERATOR, now=now)
    assert longer.ends == datetime(2026, 11, 26, 22)


def test_there_are_never_fewer_places_than_people(session: Session, group: Group, clock: Clock):
    evening = given_occurrence(session, group)
    for _ in range(3):
        answer_rsvp(session, evening.id, uuid4(), YES, now=clock())
    with pytest.raises(CapacityTooSmall, match="3 are coming"):
        change_occurrence(session, evening.id, edited(capacity=2), caller=OPERATOR, now=clock())
    changed = change_occurrence(session, evening.id, edited(capacity=3), caller=OPERATOR, now=clock())
    assert changed.places_left == 0


def test_calling_it_off_twice_does_it_once_and_keeps_who_said_yes(session: Session, group: Group, clock: Clock):
    evening = given_occurrence(session, group)
    answer_rsvp(session, evening.id, uuid4(), YES, now=clock())
    for _ in range(2):
        cancelled = cancel_occurrence(session, evening.id, caller=OPERATOR, now=clock())
    assert cancelled.sequence == 1
    assert going(session, evening.id) == (1, 1)
    assert [type(message) for message in told(session)] == [RsvpChanged, events.OccurrenceCancelled]


@pytest.mark.parametrize("days", [0, -7])
def test_what_is_off_or_over_stays_as_it_is(session: Session, group: Group, clock: Clock, days: int):
    evening = given_occurrence(session, group, days=days)
    if not days:
        cancel_occurrence(session, evening.id, caller=OPERATOR, now=clock())
    refusal = OccurrenceOver if days else OccurrenceCancelled
    with pytest.raises(refusal):
        change_occurrence(session, evening.id, edited(place="The park"), caller=OPERATOR, now=clock())
    if days:
        with pytest.raises(OccurrenceOver):
            cancel_occurrence(session, evening.id, caller=OPERATOR, now=clock())


def test_who_may_change_it(session: Session, clock: Clock):
    forum, hidden = given_group(session), given_group(session, "women", Visibility.HIDDEN)

    def refusal(caller: Caller, group: Group) -> type[ServiceError] | None:
        evening = given_occurrence(session, group)
        try:
            change_occurrence(session, evening.id, edited(place="The park"), caller=caller, now=clock())
        except ServiceError as error:
            return type(error)
        return None

    def member(role: Role, group: Group) -> Caller:
        return Caller(issuer="members", member_id=given_member(session, group, role), roles={group.id: role})

    assert refusal(OPERATOR, forum) is None
    assert refusal(OPERATOR, hidden) is None
    assert refusal(member(Role.CONVENOR, forum), forum) is None
    assert refusal(member(Role.CONVENOR, hidden), hidden) is None
    assert refusal(member(Role.MEMBER, forum), forum) is NotYourProgramme
    assert refusal(member(Role.MEMBER, hidden), hidden) is NotYourProgramme
    assert refusal(member(Role.CONVENOR, hidden), forum) is NotYourProgramme
    assert refusal(member(Role.CONVENOR, forum), hidden) is NoSuchOccurrence
    assert refusal(Caller(issuer="operator", scope="programme:import"), forum) is NotYourProgramme


def test_a_change_to_something_else_than_was_seen_is_refused(session: Session, group: Group, clock: Clock):
    evening = given_occurrence(session, group)
    change = edited(place="The park")
    change_occurrence(session, evening.id, change, caller=OPERATOR, seen=frozenset({0}), now=clock())
    with pytest.raises(ChangedMeanwhile):
        change_occurrence(session, evening.id, edited(title="Film"), caller=OPERATOR, seen=frozenset({0}), now=clock())
    with pytest.raises(ChangedMeanwhile):
        cancel_occurrence(session, evening.id, caller=OPERATOR, seen=frozenset(), now=clock())


# Telling it all again


def test_the_whole_state_is_told_again(session: Session, group: Group, clock: Clock):
    hidden = given_group(session, "women", Visibility.HIDDEN)
    on, off, secret = (given_occurrence(session, each) for each in (group, group, hidden))
    over, member = given_occurrence(session, group, days=-7), uuid4()
    answer_rsvp(session, on.id, member, YES, now=clock())
    answer_rsvp(session, over.id, member, YES, now=clock() - timedelta(days=7))
    cancel_occurrence(session, off.id, caller=OPERATOR, now=clock())
    before = len(told(session))
    republish(session, clock())
    again = {message.subject: message for message in told(session)[before:-1]}
    assert told(session)[-1] == RsvpChanged(occurrence_id=on.id, member_id=member, answer=YES)
    assert {subject: type(message) for subject, message in again.items()} == {
        str(on.id): events.OccurrenceScheduled,
        str(off.id): events.OccurrenceCancelled,
        str(secret.id): events.OccurrenceScheduled,
    }
    state = again[str(secret.id)]
    assert isinstance(state, events.OccurrenceState)
    assert (state.title, state.place) == (None, None)
