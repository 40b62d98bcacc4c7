"""A draw while everything happens at once, on a database that really commits."""

import random
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.events.models import HeldDraw, Opportunity, Standing, Turn
from services.events.queries.opportunities import holding
from services.events.use_cases.drawing import draw_places
from services.events.use_cases.erasure import erase_member
from services.events.use_cases.replies import reply_to_opportunity, withdraw
from shared.contracts.events import PlaceDrawn
from shared.db import Sessions
from tests.conftest import Clock
from tests.events.builders import given_group, told
from tests.events.opportunity_builders import YES, given_opportunity, given_yes, holders, member
from tests.events.test_rsvp_race import all_at_once, committed

__all__ = ["committed"]
pytestmark = pytest.mark.committed

PLACES = 3


def doing(sessions: Sessions, do: Callable[[Session], object]) -> Callable[[], None]:
    def task() -> None:
        with sessions.begin() as session:
            do(session)

    return task


@pytest.fixture
def drawn_from(committed: Sessions, clock: Clock) -> tuple[Opportunity, list[UUID]]:
    """An opportunity to which twelve have said yes."""
    with committed.begin() as session:
        group = given_group(session)
        opportunity = given_opportunity(session, group, clock.at, places=PLACES)
        return opportunity, [given_yes(session, opportunity, group, clock.at) for _ in range(12)]


def test_many_draws_at_once_draw_once(committed: Sessions, clock: Clock, drawn_from: tuple[Opportunity, list[UUID]]):
    opportunity, _ = drawn_from
    later = clock.at + timedelta(days=8)
    all_at_once([doing(committed, lambda it: draw_places(it, opportunity.id, later))] * 32)
    with committed() as session:
        assert session.scalar(select(func.count()).select_from(HeldDraw)) == 1
        drawn = [each.member_id for each in told(session) if isinstance(each, PlaceDrawn)]
        assert len(drawn) == PLACES
        assert holders(session, opportunity) == dict.fromkeys(drawn, Standing.PLACE)


def test_places_are_never_more_than_there_are_while_people_leave_are_erased_and_say_yes(
    committed: Sessions, clock: Clock, drawn_from: tuple[Opportunity, list[UUID]]
):
    opportunity, people = drawn_from
    later = clock.at + timedelta(days=8)

    def leaving(who: UUID) -> Callable[[], None]:
        return doing(committed, lambda it: withdraw(it, opportunity.id, caller=member(who), now=later))

    def erasing(who: UUID) -> Callable[[], None]:
        return doing(committed, lambda it: erase_member(it, who, later))

    def agreeing(who: UUID) -> Callable[[], None]:
        return doing(committed, lambda it: reply_to_opportunity(it, opportunity.id, YES, caller=member(who), now=later))

    tasks = [doing(committed, lambda it: draw_places(it, opportunity.id, later))]
    tasks += [*map(leaving, people[:4]), *map(erasing, people[4:8]), *map(agreeing, people[8:] * 3)]
    random.Random(4).shuffle(tasks)
    assert set(all_at_once(tasks)) <= {"done", "RepliesClosed"}
    with committed() as session:
        held = holding(session, opportunity.id)
        assert len(held) == PLACES
        assert {each.member_id for each in held} <= set(people[8:])
        placed = {each.member_id for each in held if each.standing == Standing.PLACE}
        assert set(session.scalars(select(Turn.member_id))) == placed
