from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from services.events.errors.places import MembersOnly, OccurrenceFull
from services.events.errors.programme import CapacityTooSmall, NoSuchOccurrence, OccurrenceCancelled, OccurrenceOver
from services.events.models import Group
from services.events.schemas.programme import OccurrenceEdit
from services.events.use_cases.programme import cancel_occurrence, change_occurrence
from services.events.use_cases.rsvp import answer_rsvp
from shared.auth import Caller
from shared.contracts.events import Answer, RsvpChanged
from shared.contracts.members import Visibility
from shared.testing.databases import Databases
from tests.conftest import Clock
from tests.events.builders import given_group, given_member, given_occurrence, going, told

OPERATOR = Caller(issuer="operator", scope="programme:write")
YES, NO = Answer.GOING, Answer.NOT_GOING


def test_a_yes_takes_a_place_and_a_no_gives_it_back(session: Session, group: Group, clock: Clock):
    evening, member = given_occurrence(session, group, capacity=1), uuid4()
    answer_rsvp(session, evening.id, member, YES, now=clock())
    assert going(session, evening.id) == (1, 1)
    answer_rsvp(session, evening.id, member, NO, now=clock())
    assert going(session, evening.id) == (0, 0)
    assert told(session) == [
        RsvpChanged(occurrence_id=evening.id, member_id=member, answer=YES),
        RsvpChanged(occurrence_id=evening.id, member_id=member, answer=NO),
    ]


@pytest.mark.parametrize("answer", [YES, NO])
def test_saying_it_twice_is_the_same_as_once(session: Session, group: Group, clock: Clock, answer: Answer):
    evening, member = given_occurrence(session, group, capacity=1), uuid4()
    for _ in range(2):
        answer_rsvp(session, evening.id, member, answer, now=clock())
    assert going(session, evening.id) == ((1, 1) if answer is YES else (0, 0))
    assert len(told(session)) == 1


def test_a_no_from_somebody_who_never_said_yes_frees_nothing(session: Session, group: Group, clock: Clock):
    evening = given_occurrence(session, group, capacity=2)
    answer_rsvp(session, evening.id, uuid4(), YES, now=clock())
    answer_rsvp(session, evening.id, uuid4(), NO, now=clock())
    assert going(session, evening.id) == (1, 1)


def test_a_full_evening_is_refused_until_a_place_comes_free(session: Session, group: Group, clock: Clock):
    evening, first, second = given_occurrence(session, group, capacity=1), uuid4(), uuid4()
    answer_rsvp(session, evening.id, first, YES, now=clock())
    with pytest.raises(OccurrenceFull, match="All 1 places are taken"):
        answer_rsvp(session, evening.id, second, YES, now=clock())
    answer_rsvp(session, evening.id, first, YES, now=clock())  # who has a place may say so again
    answer_rsvp(session, evening.id, first, NO, now=clock())
    answer_rsvp(session, evening.id, second, YES, now=clock())
    assert going(session, evening.id) == (1, 1)


@pytest.mark.parametrize("answer", [YES, NO])
def test_what_is_off_or_over_takes_no_answer(session: Session, group: Group, clock: Clock, answer: Answer):
    off, over = given_occurrence(session, group), given_occurrence(session, group, days=-7)
    cancel_occurrence(session, off.id, caller=OPERATOR, now=clock())
    with pytest.raises(OccurrenceCancelled):
        answer_rsvp(session, off.id, uuid4(), answer, now=clock())
    with pytest.raises(OccurrenceOver):
        answer_rsvp(session, over.id, uuid4(), answer, now=clock())


def test_it_can_be_answered_until_it_ends(session: Session, group: Group, clock: Clock):
    evening = given_occurrence(session, group)
    answer_rsvp(session, evening.id, uuid4(), YES, now=evening.ends_at - timedelta(seconds=1))
    with pytest.raises(OccurrenceOver):
        answer_rsvp(session, evening.id, uuid4(), YES, now=evening.ends_at)


def test_who_may_come(session: Session, clock: Clock):
    closed, hidden = (given_group(session, each, each) for each in (Visibility.CLOSED, Visibility.HIDDEN))
    for group in (closed, hidden):
        answer_rsvp(session, given_occurrence(session, group).id, given_member(session, group), YES, now=clock())
    with pytest.raises(MembersOnly):
        answer_rsvp(session, given_occurrence(session, closed).id, given_member(session, hidden), YES, now=clock())
    with pytest.raises(NoSuchOccurrence) as secret:
        answer_rsvp(session, given_occurrence(session, hidden).id, given_member(session, closed), YES, now=clock())
    with pytest.raises(NoSuchOccurrence) as nonsense:
        answer_rsvp(session, uuid4(), uuid4(), YES, now=clock())
    assert str(secret.value) == str(nonsense.value)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    capacity=st.none() | st.integers(1, 3),
    answers=st.lists(
        st.tuples(st.integers(0, 4), st.sampled_from([YES, NO]) | st.integers(1, 4) | st.none()), max_size=25
    ),
)
def test_the_count_is_always_that_of_the_answers_and_never_above_the_limit(
    databases: Databases, clock: Clock, capacity: int | None, answers: list[tuple[int, Answer | int | None]]
):
    """Any answers and changes of the limit, in any order; what is refused changes nothing."""
    members = [uuid4() for _ in range(5)]
    with databases.lent("events") as sessions, sessions() as session:
        evening = given_occurrence(session, given_group(session), capacity=capacity)
        said: dict[int, Answer] = {}
        messages = 0
        for who, what in answers:
            expected = {each for each, answer in said.items() if answer is YES}
            try:
                if isinstance(what, Answer):
                    answer_rsvp(session, evening.id, members[who], what, now=clock())
                    messages += said.get(who) is not what
                    said[who] = what
                else:
                    edit = OccurrenceEdit(capacity=what)
                    change_occurrence(session, evening.id, edit, caller=OPERATOR, now=clock())
                    messages += what != capacity
                    capacity = what
            except OccurrenceFull:
                assert capacity is not None
                assert len(expected) == capacity
            except CapacityTooSmall:
                assert isinstance(what, int)
                assert what < len(expected)
            coming = sum(answer is YES for answer in said.values())
            assert going(session, evening.id) == (coming, coming)
            assert capacity is None or coming <= capacity
            assert len(told(session)) == messages
