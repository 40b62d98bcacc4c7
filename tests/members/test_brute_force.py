"""Codes under attack: the real rules, a clock that moves, and whoever tries all they may."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from services.members import use_cases
from services.members.codes import Codes
from services.members.errors.sign_in import SignInRefused
from services.members.models import CODE_LASTS, TRIES, Challenge, Channel
from services.members.schemas.sign_in import ChallengeMade, CodeTyped
from services.members.use_cases import Limits
from shared.db import Sessions
from shared.messaging.tables import OutboxRow
from shared.testing.databases import Databases
from shared.testing.keys import Keyring
from tests.members.builders import CHAIN, HOUSE, NOW, brought_in, member, number
from tests.members.conftest import Api
from tests.members.test_challenges import rows

CODES = Codes(b"l" * 32)
DAY = timedelta(days=1)
FORTY_IN_A_MILLION = 4 / 100_000
ASKED = "members.sign-in-asked.v1"


def codes_sent(session: Session) -> int:
    kind = "members.sign-in-code-issued.v1"
    return session.scalar(select(func.count(OutboxRow.id)).where(OutboxRow.kind == kind)) or 0


@dataclass
class Attacker:
    """Asks for codes for one number, and guesses at them. `guesses` are the times of the tries that were had."""

    session: Session
    keys: Keyring
    now: datetime = NOW
    held: list[ChallengeMade] = field(default_factory=list)
    guesses: list[datetime] = field(default_factory=list)

    def ask(self) -> ChallengeMade:
        made = use_cases.ask_to_sign_in(
            self.session, Channel.SMS, number(7), asker="", house=HOUSE, limits=Limits(500), codes=CODES, now=self.now
        )
        if self.session.get(Challenge, made.challenge):
            self.held.append(made)
            use_cases.issue_code(self.session, made.challenge, now=self.now)
        return made

    def guess(self, which: int) -> None:
        """Try a wrong code; it was had if the right one, in its place, would have opened."""
        made = self.held[which % len(self.held)]
        row = self.session.get_one(Challenge, made.challenge, populate_existing=True)
        before, alive = row.tries, row.is_open(self.now)
        wrong = f"{(int(CODES.code(made.challenge)) + 1) % 10**6:06}"
        with pytest.raises(SignInRefused):
            self._show(made, wrong)
        self.session.refresh(row)
        if alive and row.tries > before:
            self.guesses.append(self.now)

    def spend(self) -> None:
        """Try every code that is open, to its end."""
        for which, made in enumerate(self.held):
            if self.now < self.session.get_one(Challenge, made.challenge).asked_at + CODE_LASTS:
                for _ in range(TRIES + 1):
                    self.guess(which)

    def _show(self, made: ChallengeMade, code: str) -> None:
        shown = CodeTyped(challenge=made.challenge, browser=made.browser, code=code)
        use_cases.begin_session(
            self.session,
            shown,
            asker="",
            links=None,  # type: ignore[arg-type]  # codes need none
            codes=CODES,
            chain=CHAIN,
            signer=self.keys.signer("members"),
            now=self.now,
        )

    def most_in_a_day(self) -> int:
        """The most guesses within any twenty-four hours, whenever they begin."""
        return max((sum(first <= at < first + DAY for at in self.guesses) for first in self.guesses), default=0)


@pytest.fixture
def attacker(session: Session, keys: Keyring) -> Attacker:
    brought_in(session, member(7))
    return Attacker(session, keys)


def test_d21_whoever_spends_every_code_and_every_try_has_forty_guesses_a_day(attacker: Attacker):
    days = 4
    while attacker.now < NOW + days * DAY:
        attacker.ask()
        for _ in range(6):
            attacker.guess(-1)
        attacker.now += timedelta(minutes=20)
    most = attacker.most_in_a_day()
    assert most == 40
    assert most / 10**6 <= FORTY_IN_A_MILLION
    assert len(attacker.guesses) <= 40 * days


# How many minutes to wait, how many codes to ask for then, and whether to guess at all that are open or to keep them.
moves = st.lists(
    st.tuples(st.one_of(st.integers(0, 9), st.integers(0, 400)), st.integers(0, 4), st.booleans()),
    min_size=5,
    max_size=40,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves)
def test_d21_no_schedule_of_asking_and_guessing_beats_forty_a_day(
    attacker: Attacker, moves: list[tuple[int, int, bool]]
):
    attacker.session.execute(delete(Challenge))
    attacker.now, attacker.held, attacker.guesses = NOW, [], []
    for minutes, codes, guesses in moves:
        attacker.now += timedelta(minutes=minutes)
        for _ in range(codes):
            attacker.ask()
        if guesses:
            attacker.spend()
    assert attacker.most_in_a_day() <= 40


def test_d21_codes_kept_over_the_turn_of_a_day_give_no_more_guesses_than_any_others(attacker: Attacker):
    """Three codes are asked for just before a day begins and guessed at in it; and the day ends with asking again."""
    day = NOW + DAY
    for asked, guessed in (
        (-timedelta(minutes=9), timedelta()),
        (timedelta(hours=1), timedelta(hours=1)),
        (timedelta(hours=2), timedelta(hours=2)),
        (DAY - timedelta(minutes=8), DAY - timedelta(minutes=1)),
    ):
        attacker.now = day + asked
        for _ in range(3):
            attacker.ask()
        attacker.now = day + guessed
        attacker.spend()
    assert attacker.most_in_a_day() == 40


def test_10_000_sign_in_requests_for_one_number_send_eight_codes_a_day_and_leave_eight_rows(
    attacker: Attacker, session: Session
):
    answers = set()
    for _ in range(10_000):
        made = attacker.ask().model_dump(mode="json")
        answers.add(tuple((name, len(text)) for name, text in made.items()))
        attacker.now += DAY / 10_000
    assert codes_sent(session) == 8
    assert rows(session) == 8
    assert len(answers) == 1, "the 9,992 others were answered alike"


def test_10_000_sign_in_requests_for_one_number_within_a_minute_send_three_codes_and_leave_three_rows(
    attacker: Attacker, session: Session
):
    for _ in range(10_000):
        attacker.ask()
        attacker.now += timedelta(minutes=1) / 10_000
    assert (codes_sent(session), rows(session)) == (3, 3)
    assert session.scalar(select(func.count(OutboxRow.id)).where(OutboxRow.kind == ASKED)) == 3


@pytest.fixture
def committed(databases: Databases) -> Iterator[Sessions]:
    with databases.owned_sessions("members", pool_size=16) as sessions:
        yield sessions


@pytest.mark.committed
def test_guesses_that_come_together_are_counted_one_by_one(committed: Sessions, open_api: Callable[[Sessions], Api]):
    """A refusal keeps what was counted, on a database that really commits."""
    api = open_api(committed)
    api.begin_group("Forum")
    api.bring_in(member(7))
    made = api.ask("POST", "/challenges", json={"channel": "sms", "address": number(7)}).json()
    with committed.begin() as session:
        use_cases.issue_code(session, UUID(made["challenge"]), now=NOW)
    codes: Codes = api.client.app.state.way_in.codes  # type: ignore[attr-defined]
    right = codes.code(UUID(made["challenge"]))
    wrong = [f"{(int(right) + n) % 10**6:06}" for n in range(1, 41)]
    with ThreadPoolExecutor(16) as pool:
        statuses = list(
            pool.map(lambda code: api.ask("POST", "/sessions", json=made | {"code": code}).status_code, wrong)
        )
    assert set(statuses) == {401}
    with committed() as session:
        assert session.scalars(select(Challenge.tries)).all() == [5]
    assert api.ask("POST", "/sessions", json=made | {"code": right}).status_code == 401


@pytest.mark.committed
def test_of_those_who_type_the_right_code_at_once_one_comes_in(
    committed: Sessions, open_api: Callable[[Sessions], Api]
):
    api = open_api(committed)
    api.begin_group("Forum")
    api.bring_in(member(7))
    made = api.ask("POST", "/challenges", json={"channel": "sms", "address": number(7)}).json()
    with committed.begin() as session:
        use_cases.issue_code(session, UUID(made["challenge"]), now=NOW)
    codes: Codes = api.client.app.state.way_in.codes  # type: ignore[attr-defined]
    shown = made | {"code": codes.code(UUID(made["challenge"]))}
    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(lambda _: api.ask("POST", "/sessions", json=shown).status_code, range(4)))
    assert sorted(statuses) == [201, 401, 401, 401]


@pytest.mark.committed
def test_codes_asked_for_at_once_are_limited_as_if_one_by_one(committed: Sessions, open_api: Callable[[Sessions], Api]):
    api = open_api(committed)
    body = {"channel": "sms", "address": number(7)}
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda _: api.ask("POST", "/challenges", json=body), range(40)))
    with committed() as session:
        assert rows(session) == 3
