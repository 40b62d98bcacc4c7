"""Ending a poll, once: by its maker, or by itself when its time is over. Before that, who is undecided is told."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.models import Poll
from services.events.queries.polls import count, undecided
from services.events.use_cases.polls import find_poll, refuse_unless_made
from shared.auth import Caller
from shared.contracts.events import PollClosed, PollUndecided
from shared.messaging import publish, publish_all


def close_poll(session: Session, poll_id: UUID, *, caller: Caller, now: datetime) -> Poll:
    """Count a poll and keep what it came to; others are told. Closed again, it stays as it was closed.

    Raises Unauthenticated, NoSuchPoll or NotYourPoll.
    """
    poll = find_poll(session, poll_id, caller, to_change=True)
    refuse_unless_made(poll, caller)
    if poll.closed_at is None:
        _close(session, poll, now)
    return poll


def close_in_time(session: Session, poll_id: UUID, now: datetime) -> None:
    """Close a poll whose time is over; one that somebody holds just now is left to the next look."""
    due = select(Poll).where(Poll.id == poll_id, Poll.closed_at.is_(None), Poll.closes_at <= now)
    poll = session.scalar(due.with_for_update(key_share=True, skip_locked=True, of=Poll))
    if poll is not None:
        _close(session, poll, now)


def remind_undecided(session: Session, poll_id: UUID, now: datetime) -> None:
    """Tell, once, who has not answered a poll that closes soon."""
    due = select(Poll).where(Poll.id == poll_id, Poll.remind_at <= now, Poll.closed_at.is_(None))
    poll = session.scalar(due.with_for_update(key_share=True, skip_locked=True, of=Poll))
    if poll is None:
        return
    poll.remind_at = None
    if not poll.is_open(now):
        return
    of = {"poll_id": poll.id, "group_id": poll.group_id, "closes_at": poll.closes_at}
    publish_all(session, [PollUndecided(**of, member_id=each) for each in undecided(session, poll)], now=now)


def _close(session: Session, poll: Poll, now: datetime) -> None:
    poll.result, poll.closed_at, poll.remind_at = asdict(count(session, poll)), now, None
    publish(session, PollClosed(poll_id=poll.id, group_id=poll.group_id), now=now)
