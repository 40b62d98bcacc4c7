"""Many at one poll at once, on a database that really commits."""

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from services.events.models import Group, Poll
from services.events.queries.polls import count
from services.events.use_cases.closing_polls import close_in_time, close_poll
from shared.auth import Caller
from shared.contracts.events import PollClosed
from shared.db import Sessions
from shared.testing.databases import Databases
from tests.conftest import Clock
from tests.events.activity_builders import member_of
from tests.events.builders import given_group, told
from tests.events.poll_builders import given_poll, say
from tests.events.test_rsvp_race import THREADS, all_at_once

pytestmark = pytest.mark.committed


@pytest.fixture
def committed(databases: Databases) -> Iterator[Sessions]:
    with databases.owned_sessions("events", pool_size=THREADS) as sessions:
        yield sessions


def given(session: Session, clock: Clock, **fields: object) -> tuple[Group, Caller, UUID]:
    group = given_group(session)
    maker = member_of(session, group)
    assert maker.member_id is not None
    return group, maker, given_poll(session, group, maker.member_id, clock(), **fields).id


def saying(sessions: Sessions, poll_id: UUID, who: Caller, choice: int, clock: Clock) -> Callable[[], None]:
    def vote() -> None:
        with sessions.begin() as session:
            say(session, session.get_one(Poll, poll_id), who, clock.at, choice)

    return vote


@pytest.mark.parametrize("secret", [False, True])
def test_a_poll_that_is_closed_by_many_while_many_vote_has_one_result_with_every_vote(
    committed: Sessions, clock: Clock, *, secret: bool
):
    with committed.begin() as session:
        group, maker, poll_id = given(session, clock, is_secret=secret)
        members = [member_of(session, group) for _ in range(40)]

    def close() -> None:
        with committed.begin() as session:
            close_poll(session, poll_id, caller=maker, now=clock.at)

    def close_late() -> None:
        with committed.begin() as session:
            close_in_time(session, poll_id, clock.at)

    votes = [saying(committed, poll_id, who, 0, clock) for who in members]
    outcome = all_at_once([*votes[:25], *[close, close_late] * 8, *votes[25:]])
    with committed() as session:
        poll = session.get_one(Poll, poll_id)
        assert poll.result is not None
        assert poll.result["cast"] == count(session, poll).cast == outcome["done"] - 16
        assert [type(each) for each in told(session)].count(PollClosed) == 1


@pytest.mark.parametrize("secret", [False, True])
def test_an_option_for_three_takes_three_and_a_member_votes_once_from_many_phones(
    committed: Sessions, clock: Clock, *, secret: bool
):
    with committed.begin() as session:
        options = [{"words": "Chess", "most": 3}, {"words": "A walk"}]
        group, _, poll_id = given(session, clock, is_secret=secret, options=options)
        members = [member_of(session, group) for _ in range(10)]
    all_at_once([saying(committed, poll_id, who, 0, clock) for who in members for _ in range(4)])
    with committed() as session:
        result = count(session, session.get_one(Poll, poll_id))
    assert result.cast == 3
    assert sorted(line.yes for line in result.lines) == [0, 3]
