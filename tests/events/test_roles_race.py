"""Many take the same role, step down and say no at once, on a database that really commits."""

import random
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import func, select

from services.events.errors.roles import RoleFull, RolesTaken
from services.events.models import Helper, Rsvp
from services.events.use_cases.role_needs import set_roles
from services.events.use_cases.roles import step_down
from services.events.use_cases.rsvp import answer_rsvp
from shared.auth import Caller
from shared.contracts.events import Answer
from shared.db import Sessions
from shared.testing.databases import Databases
from tests.conftest import Clock
from tests.events.activity_builders import member_of
from tests.events.builders import given_group, given_occurrence, going
from tests.events.role_builders import does, takes
from tests.events.test_rsvp_race import THREADS, all_at_once

pytestmark = pytest.mark.committed

OPERATOR = Caller(issuer="operator", scope="programme:write")


@pytest.fixture
def committed(databases: Databases) -> Iterator[Sessions]:
    with databases.owned_sessions("events", pool_size=THREADS) as sessions:
        yield sessions


def test_two_of_sixty_get_the_two_places_in_a_role(committed: Sessions, clock: Clock):
    with committed.begin() as session:
        group = given_group(session)
        film = given_occurrence(session, group)
        film.roles = {"cook": 2}
        members = [member_of(session, group) for _ in range(60)]

    def taking(who: Caller) -> Callable[[], None]:
        def take() -> None:
            with committed.begin() as session:
                takes(session, film, who, "cook", clock())

        return take

    assert all_at_once([taking(who) for who in members]) == {"done": 2, RoleFull.__name__: 58}
    with committed() as session:
        assert len(does(session, film, "cook")) == 2
        assert going(session, film.id) == (2, 2)


def test_whatever_happens_at_once_who_has_a_role_comes_and_no_role_has_more_than_it_needs(
    committed: Sessions, clock: Clock
):
    with committed.begin() as session:
        group = given_group(session)
        film = given_occurrence(session, group, capacity=4)
        activity_id = film.activity_id
        set_roles(session, activity_id, {"cook": 3}, caller=OPERATOR, now=clock())
        members = [member_of(session, group) for _ in range(8)]

    def doing(what: str, who: Caller) -> Callable[[], None]:
        def do() -> None:
            with committed.begin() as session:
                if what == "take":
                    takes(session, film, who, "cook", clock())
                elif what == "step down":
                    step_down(session, film.id, None, caller=who, now=clock())
                elif what == "say no":
                    answer_rsvp(session, film.id, who.member_id, Answer.NOT_GOING, now=clock())
                else:
                    needed = {"more": 3, "fewer": 1}[what]
                    set_roles(session, activity_id, {"cook": needed}, caller=OPERATOR, now=clock())

        return do

    tasks = [doing(what, who) for who in members for what in ("take", "step down", "say no", "take") * 5]
    tasks += [doing(what, members[0]) for what in ("more", "fewer") * 10]
    random.Random(3).shuffle(tasks)
    outcome = all_at_once(tasks)
    assert set(outcome) <= {"done", RoleFull.__name__, RolesTaken.__name__, "OccurrenceFull", "MovedMeanwhile"}
    with committed() as session:
        count, rows = going(session, film.id)
        assert count == rows <= 4
        assert len(does(session, film, "cook")) <= 3
        comes = select(Rsvp.member_id).where(Rsvp.answer == Answer.GOING)
        assert session.scalar(select(func.count()).where(Helper.member_id.not_in(comes))) == 0
