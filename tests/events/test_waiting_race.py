"""A line that many pull at once, on a database that really commits: never too many, and every offer ends."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from services.events.models import Companion, Occurrence, Rsvp, Waiting
from services.events.queries.line import lines_due
from services.events.schemas.programme import OccurrenceEdit
from services.events.use_cases.places import look_at_line
from services.events.use_cases.programme import change_occurrence
from services.events.use_cases.rsvp import answer_rsvp
from services.events.use_cases.waiting import leave_line, wait_for_place
from shared.contracts.events import Answer
from shared.db import Sessions
from tests.conftest import Clock
from tests.events.builders import given_group, given_occurrence, going
from tests.events.test_rsvp_race import OPERATOR, all_at_once, committed

__all__ = ["committed"]
pytestmark = pytest.mark.committed

YES, NO = Answer.GOING, Answer.NOT_GOING
EXPECTED = {
    "done",
    "OccurrenceFull",
    "OfferOver",
    "PlacesFree",
    "AlreadyComing",
    "PartyTooBig",
    "CapacityTooSmall",
}


def tasks_of(sessions: Sessions, evening: UUID, now: datetime, chance: random.Random) -> list[Callable[[], None]]:
    """What twelve people and a host may do, in any order: all of it in transactions of their own."""
    members = [uuid4() for _ in range(12)]

    def answers(member: UUID, answer: Answer, bring: int) -> Callable[[], None]:
        def run() -> None:
            with sessions.begin() as session:
                others = {Companion.BUDDY: bring}
                answer_rsvp(session, evening, member, answer, others=others, now=now)

        return run

    def waits(member: UUID) -> Callable[[], None]:
        def run() -> None:
            with sessions.begin() as session:
                wait_for_place(session, evening, member, {}, now=now)

        return run

    def leaves(member: UUID) -> Callable[[], None]:
        def run() -> None:
            with sessions.begin() as session:
                leave_line(session, evening, member, now=now)

        return run

    def limits(capacity: int) -> Callable[[], None]:
        def run() -> None:
            with sessions.begin() as session:
                change_occurrence(session, evening, OccurrenceEdit(capacity=capacity), caller=OPERATOR, now=now)

        return run

    def looks() -> None:
        with sessions.begin() as session:
            look_at_line(session, evening, now + timedelta(hours=chance.randrange(24)))

    tasks = [answers(each, YES, bring) for each in members for bring in (0, 1, 2)]
    tasks += [answers(each, NO, 0) for each in members]
    tasks += [waits(each) for each in members] * 2 + [leaves(each) for each in members[:4]]
    tasks += [limits(capacity) for capacity in (4, 5, 6, 7)] + [looks] * 8
    chance.shuffle(tasks)
    return tasks


def agrees(sessions: Sessions, evening: UUID) -> None:
    with sessions() as session:
        found = session.get_one(Occurrence, evening)
        line = session.scalars(select(Waiting).where(Waiting.occurrence_id == evening)).all()
        taken = session.scalars(select(Rsvp.places).where(Rsvp.occurrence_id == evening)).all()
        count, _ = going(session, evening)
        assert found.capacity is not None
        assert count == sum(taken)
        assert count + found.held <= found.capacity
        assert found.held == sum(each.places for each in line if each.offered_until is not None)
        assert (found.line_due is None) == (line == [])


@pytest.mark.parametrize("seed", range(3))
def test_whatever_many_do_at_once_nobody_has_a_place_too_many_and_every_offer_ends(
    committed: Sessions, clock: Clock, seed: int
):
    with committed.begin() as session:
        evening = given_occurrence(session, given_group(session), capacity=5).id
    outcome = all_at_once(tasks_of(committed, evening, clock(), random.Random(seed)))
    assert set(outcome) <= EXPECTED
    agrees(committed, evening)
    for _ in range(40):
        clock.go_on(hours=3)
        with committed.begin() as session:
            for due in lines_due(session, clock(), 10):
                look_at_line(session, due, clock())
        agrees(committed, evening)
    with committed() as session:
        assert session.scalars(select(Waiting)).all() == []


def test_forty_who_are_asked_for_twenty_places_take_no_more(committed: Sessions, clock: Clock):
    """Offers are taken, refused and looked at by two workers in the same moment."""
    with committed.begin() as session:
        evening = given_occurrence(session, given_group(session), capacity=20).id
        coming = [uuid4() for _ in range(20)]
        for each in coming:
            answer_rsvp(session, evening, each, YES, now=clock())
        waiting = [uuid4() for _ in range(40)]
        for each in waiting:
            wait_for_place(session, evening, each, {}, now=clock())

    def says(member: UUID, answer: Answer) -> Callable[[], None]:
        def run() -> None:
            with committed.begin() as session:
                answer_rsvp(session, evening, member, answer, now=clock())

        return run

    tasks = [says(each, NO) for each in coming] + [says(each, YES) for each in waiting] * 3
    random.Random(7).shuffle(tasks)
    assert set(all_at_once(tasks)) <= {"done", "OccurrenceFull"}
    agrees(committed, evening)
