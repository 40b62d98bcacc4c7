"""Secret polls: who has voted is known, and what they voted to nobody. See docs/decisions/0024."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session

from services.events.errors.polls import AlreadyVoted
from services.events.handlers import member_erased
from services.events.models import BallotBox, Group, Poll, PollVoter
from services.events.queries.polls import count, standing_in
from services.events.schemas.polls import PollView, words_before
from shared.auth import Caller
from shared.contracts.members import MemberErased
from tests.conftest import Clock
from tests.events.activity_builders import member_of
from tests.events.builders import told
from tests.events.poll_builders import given_poll, say


@pytest.fixture
def voters(session: Session, group: Group) -> list[Caller]:
    return [member_of(session, group) for _ in range(3)]


def given_secret(session: Session, group: Group, maker: Caller, clock: Clock, kind: str) -> Poll:
    assert maker.member_id is not None
    return given_poll(session, group, maker.member_id, clock(), kind=kind, is_secret=True)


def everything(session: Session, poll: Poll) -> dict[str, Any]:
    """Every row that speaks of a poll, in the order in which it lies on the disk, as an insider reads it."""
    names = {option.id: option.words for option in poll.options}
    found: dict[str, Any] = {}
    for table in inspect(session.connection()).get_table_names():
        columns = {each["name"] for each in inspect(session.connection()).get_columns(table)}
        if "poll_id" in columns:
            query = text(f"SELECT to_jsonb({table}) - 'poll_id' FROM {table} WHERE poll_id = :id ORDER BY ctid")
            found[table] = json.dumps(session.scalars(query, {"id": poll.id}).all())
    for option, words in names.items():
        found = {table: rows.replace(str(option), words) for table, rows in found.items()}
    # The order of a JSONB's keys is PostgreSQL's own.
    return {table: json.loads(rows) for table, rows in found.items()}


def cast(session: Session, poll: Poll, ballots: Sequence[tuple[Caller, tuple[int, ...]]], clock: Clock) -> None:
    for who, choices in ballots:
        clock.go_on(minutes=7)
        say(session, poll, who, clock(), *choices)
    session.flush()


@pytest.mark.parametrize(
    ("kind", "ballots"),
    [
        ("pick", [(0,), (1,), (1,)]),
        ("approve", [(0, 2), (1,), (0, 1)]),
        ("rank", [(0, 1, 2), (2, 1), (1, 0, 2)]),
    ],
)
def test_an_insider_who_reads_every_row_cannot_tell_who_cast_which_ballot(
    session: Session, group: Group, voters: list[Caller], clock: Clock, kind: str, ballots: list[tuple[int, ...]]
):
    """The same people vote in the same order, once so and once with each other's ballots: every row is the same."""
    so, otherwise = (given_secret(session, group, voters[0], clock, kind) for _ in range(2))
    cast(session, so, list(zip(voters, ballots, strict=True)), clock)
    cast(session, otherwise, list(zip(voters, reversed(ballots), strict=True)), clock)
    for poll in (so, otherwise):
        assert count(session, poll).cast == 3
    one, other = everything(session, so), everything(session, otherwise)
    del one["poll_options"], other["poll_options"]
    assert one == other
    assert {"poll_voters", "ballot_boxes"} <= {table for table, rows in one.items() if rows}


def test_an_insider_finds_neither_time_nor_order_in_a_box_and_no_message_of_a_vote(
    session: Session, group: Group, voters: list[Caller], clock: Clock
):
    poll = given_secret(session, group, voters[0], clock, "rank")
    before = len(told(session))
    cast(session, poll, [(voters[0], (0, 1)), (voters[1], (1, 0)), (voters[2], (1, 0))], clock)
    boxes = session.scalars(select(BallotBox)).all()
    assert [sorted(box.ballots.values()) for box in boxes] == [[1, 2]]
    assert set(PollVoter.__table__.columns.keys()) == {"poll_id", "member_id"}
    assert set(BallotBox.__table__.columns.keys()) == {"poll_id", "ballots", "cast"}
    assert len(told(session)) == before


def test_a_secret_vote_is_the_only_one_and_one_is_told_so_before(
    session: Session, group: Group, voters: list[Caller], clock: Clock
):
    poll = given_secret(session, group, voters[0], clock, "pick")
    assert "cannot be changed" in words_before(poll)
    say(session, poll, voters[1], clock(), 0)
    with pytest.raises(AlreadyVoted):
        say(session, poll, voters[1], clock(), 1)
    assert count(session, poll).cast == 1


def test_nobody_sees_what_it_comes_to_while_it_is_open(
    session: Session, group: Group, voters: list[Caller], clock: Clock
):
    poll = given_secret(session, group, voters[0], clock, "pick")
    say(session, poll, voters[1], clock(), 0)
    for who, voted in ((voters[1], True), (voters[0], False)):
        seen = PollView.of(poll, standing_in(session, poll, who.member_id, clock()), who.member_id, clock())
        assert (seen.result, seen.your_vote, seen.voted) == (None, None, voted)


def test_d18_the_voter_is_erased_and_the_ballot_which_is_nobodys_stays(
    session: Session, group: Group, voters: list[Caller], clock: Clock
):
    poll = given_secret(session, group, voters[0], clock, "pick")
    for who in voters:
        say(session, poll, who, clock(), 0)
    gone: UUID | None = voters[1].member_id
    assert gone is not None
    member_erased(session, MemberErased(erasure_id=uuid4(), member_id=gone), clock.at)
    assert gone not in session.scalars(select(PollVoter.member_id)).all()
    assert count(session, poll).cast == 3
