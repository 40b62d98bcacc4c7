from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.events.models import Activity, Group, Occurrence, Rsvp, Waiting
from services.events.queries.programme import visible_to
from services.events.waitlist import InLine, Priority, in_order
from shared.auth import Caller
from shared.contracts.events import Answer

# Answers are kept for as long; nothing older can count, and nothing is kept in order to count it.
TURNS_COUNT = timedelta(days=30)


def line_of(session: Session, occurrence: Occurrence, priority: str, now: datetime) -> list[InLine]:
    """Everyone who waits for an occurrence or has an offer, in the order of asking."""
    columns = (Waiting.member_id, Waiting.places, Waiting.number, Waiting.passed, Waiting.offered_until, Waiting.lot)
    rows = session.execute(select(*columns).where(Waiting.occurrence_id == occurrence.id).order_by(Waiting.number))
    turns = turns_in(session, occurrence.activity_id, now) if priority == Priority.FEWER_TURNS else {}
    return [InLine(*row, turns=turns.get(row.member_id, 0)) for row in rows]


def place_in_line(session: Session, occurrence: Occurrence, priority: str, member_id: UUID, now: datetime) -> int:
    """How many are asked before a member who waits, and one."""
    line = in_order(line_of(session, occurrence, priority, now), Priority(priority))
    waiting = [each.member_id for each in line if each.offered_until is None or each.member_id == member_id]
    return waiting.index(member_id) + 1


def turns_in(session: Session, activity_id: UUID, now: datetime) -> dict[UUID, int]:
    """How often each member came to a full date of an activity in the last thirty days."""
    recent = (Occurrence.ends_at <= now, Occurrence.ends_at > now - TURNS_COUNT)
    rows = session.execute(
        select(Rsvp.member_id, func.count())
        .join(Occurrence, Occurrence.id == Rsvp.occurrence_id)
        .where(Occurrence.activity_id == activity_id, *recent, Occurrence.going >= Occurrence.capacity)
        .where(Rsvp.answer == Answer.GOING)
        .group_by(Rsvp.member_id)
    )
    return {row[0]: row[1] for row in rows}


def waiting_for(session: Session, caller: Caller, now: datetime) -> list[tuple[Waiting, Occurrence, Activity, int]]:
    """What a member waits for, soonest first, and at which place in each line."""
    assert caller.member_id is not None
    rows = session.execute(
        select(Waiting, Occurrence, Activity)
        .join(Occurrence, Occurrence.id == Waiting.occurrence_id)
        .join(Activity, Activity.id == Occurrence.activity_id)
        .join(Group, Group.id == Occurrence.group_id)
        .where(Waiting.member_id == caller.member_id, Occurrence.starts_at > now, visible_to(caller))
        .order_by(Occurrence.starts_at, Occurrence.id)
    ).all()
    return [(*row, place_in_line(session, row[1], row[2].priority, caller.member_id, now)) for row in rows]


def lines_of(session: Session, member_id: UUID, group_id: UUID | None = None) -> Sequence[UUID]:
    """The occurrences for which a member waits; of one group, if it is named."""
    theirs = select(Waiting.occurrence_id).where(Waiting.member_id == member_id)
    if group_id is not None:
        theirs = theirs.join(Occurrence, Occurrence.id == Waiting.occurrence_id).where(Occurrence.group_id == group_id)
    return session.scalars(theirs).all()


def lines_in(session: Session, activity_id: UUID) -> Sequence[UUID]:
    """The occurrences of an activity that somebody waits for."""
    in_line = select(Occurrence.id).where(Occurrence.activity_id == activity_id, Occurrence.line_due.is_not(None))
    return session.scalars(in_line).all()


def lines_due(session: Session, now: datetime, limit: int) -> Sequence[UUID]:
    """The occurrences whose line has to be looked at, the longest due first."""
    due = select(Occurrence.id).where(Occurrence.line_due <= now).order_by(Occurrence.line_due, Occurrence.id)
    return session.scalars(due.limit(limit)).all()
