"""The digits of an authenticator app under attack: by whoever has a member's session and not their app."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from services.members.authenticator import AROUND_NOW
from services.members.models import Authenticator, How
from shared.db import Sessions
from shared.testing.databases import Databases
from tests.conftest import Clock
from tests.members.builders import NOW, called, member
from tests.members.conftest import Api
from tests.members.visits import Visits, comes_in, printed, wrong

DAY = timedelta(days=1)
A_DAY = 13
FOUR_IN_100_000 = 4 / 100_000


@dataclass
class Guesser:
    """Guesses at one app. `looked_at` are the times of the guesses that were; the others were refused unseen."""

    app: Authenticator = field(default_factory=lambda: Authenticator(wrong=0, last_step=0))
    now: datetime = NOW
    looked_at: list[datetime] = field(default_factory=list)

    def guess(self) -> None:
        if not self.app.is_tired(self.now):
            self.app.count_wrong(self.now)
            self.looked_at.append(self.now)

    def most_in_a_day(self) -> int:
        """The most guesses within any twenty-four hours, whenever they begin."""
        return max((sum(first <= at < first + DAY for at in self.looked_at) for first in self.looked_at), default=0)


def test_thirteen_guesses_at_digits_of_which_three_are_right_hit_less_often_than_guesses_at_codes():
    assert A_DAY * len(AROUND_NOW) / 10**6 <= FOUR_IN_100_000
    assert (A_DAY + 1) * len(AROUND_NOW) / 10**6 > FOUR_IN_100_000, "and no more of them may be had"


def test_whoever_guesses_all_day_has_ten_and_then_three_a_day():
    guesser = Guesser()
    while guesser.now < NOW + 4 * DAY:
        guesser.guess()
        guesser.now += timedelta(minutes=1)
    assert len(guesser.looked_at) == 10 + 4 * 3 - 1
    assert guesser.most_in_a_day() <= A_DAY


# How many minutes to wait, how often to guess then, and whether the member shows theirs in between.
moves = st.lists(st.tuples(st.integers(0, 900), st.integers(0, 14), st.booleans()), min_size=1, max_size=60)


@given(moves)
def test_no_schedule_of_guessing_beats_thirteen_a_day_also_while_the_member_shows_the_right_ones(
    moves: list[tuple[int, int, bool]],
):
    guesser = Guesser()
    for step, (minutes, guesses, shown) in enumerate(moves):
        guesser.now += timedelta(minutes=minutes)
        for _ in range(guesses):
            guesser.guess()
        if shown:
            guesser.app.use(step)
    assert guesser.most_in_a_day() <= A_DAY


@given(st.lists(st.integers(8 * 60, 2000), max_size=100))
def test_who_mistypes_once_in_eight_hours_is_never_kept_out(minutes: list[int]):
    member = Guesser()
    for wait in minutes:
        member.now += timedelta(minutes=wait)
        assert not member.app.is_tired(member.now)
        member.guess()
    assert not member.app.is_tired(member.now)


def test_a_stranger_who_is_not_signed_in_tires_nobodys_app(visit: Visits, api: Api, clock: Clock):
    seven = visit()
    app = seven.add_app()
    seven.confirm(app.at(clock.at))
    eight = visit(How.LINK, "Member 8")
    for _ in range(20):
        assert eight.show_digits(wrong(app, clock.at)).status_code == 401, "there is no app of theirs to be tired"
        asked = api.ask("POST", "/sessions/strength/authenticator", json={"digits": "000000"})
        assert asked.status_code == 401
    assert seven.show_digits(app.at(clock.at, counter_offset=1)).status_code == 200


@pytest.mark.committed
def test_digits_guessed_at_once_are_counted_one_by_one(
    databases: Databases, open_api: Callable[[Sessions], Api], in_threads: Callable[..., list[Any]], clock: Clock
):
    """A refusal keeps what was counted, on a database that really commits."""
    with databases.owned_sessions("members", pool_size=8) as sessions:
        api = open_api(sessions)
        api.bring_in(member(7), create_groups=True)
        with sessions() as session:
            seven = comes_in(api, printed(api, called(session, "Member 7").id))
        app: pyotp.TOTP = seven.add_app()
        seven.confirm(app.at(clock.at))
        digits = wrong(app, clock.at)
        statuses = in_threads(*[lambda: seven.show_digits(digits).status_code] * 16)
        assert sorted(statuses) == [401] * 10 + [403] * 6
        with sessions() as session:
            assert session.scalars(select(Authenticator.wrong)).all() == [10]
