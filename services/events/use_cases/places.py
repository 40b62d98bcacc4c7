"""The places of an occurrence and who is asked to take them. Whatever frees a place, or adds one, ends here.

The occurrence's row is the lock. It comes after the row of an answer and before those of the line, and who locks
several takes them in order of id.
"""

import secrets
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from services.events.models import Activity, EventsBase, LineDraw, Occurrence, Rsvp, Waiting, draw_time
from services.events.queries.line import line_of
from services.events.queries.programme import WITH_GROUP
from services.events.waitlist import InLine, Priority, Room, Settled, lot_of, settle
from shared.contracts.events import Answer, OfferWithdrawn, PlaceOffered
from shared.messaging import publish_all

LINE = EventsBase.metadata.tables["waiting"]
AS_IT_IS = {"synchronize_session": False}


def lock_to_come(session: Session, occurrence_ids: Collection[UUID], now: datetime) -> Sequence[Occurrence]:
    """Those of these occurrences that are not over, as they are now and stay until this transaction ends."""
    query = WITH_GROUP.where(Occurrence.id.in_(occurrence_ids), Occurrence.ends_at > now).order_by(Occurrence.id)
    locked = query.with_for_update(key_share=True, of=Occurrence)
    return session.scalars(locked, execution_options={"populate_existing": True}).all()


def recount(session: Session, occurrences: Sequence[Occurrence], now: datetime) -> None:
    """Count anew who comes to these, which the caller has locked, and ask whoever is next for what came free."""
    ids = [occurrence.id for occurrence in occurrences]
    rows = session.execute(
        select(Rsvp.occurrence_id, func.sum(Rsvp.places))
        .where(Rsvp.occurrence_id.in_(ids), Rsvp.answer == Answer.GOING)
        .group_by(Rsvp.occurrence_id)
    )
    coming: dict[UUID, int] = {row[0]: row[1] for row in rows}
    for occurrence in occurrences:
        places = coming.get(occurrence.id, 0)
        occurrence.freed += places < occurrence.going
        occurrence.going = places
        ask_next(session, occurrence, now)


def ask_next_in(session: Session, occurrence_ids: Collection[UUID], now: datetime) -> None:
    """Ask whoever is next in the lines of these occurrences."""
    in_line = select(Occurrence.id).where(Occurrence.id.in_(occurrence_ids), Occurrence.line_due.is_not(None))
    for occurrence in lock_to_come(session, session.scalars(in_line).all(), now):
        ask_next(session, occurrence, now)


def ask_next(session: Session, occurrence: Occurrence, now: datetime) -> None:
    """Let the offers go whose time is over, and offer what is free to whoever is next.

    The caller has locked the occurrence. Done again, it changes nothing.
    """
    if occurrence.line_due is None:
        return
    if occurrence.starts_at <= now:
        _close(session, occurrence)
        return
    activity = session.get_one(Activity, occurrence.activity_id)
    room = _room(occurrence, activity)
    if room.draws_at is not None and room.draws_at <= now:
        _draw(session, occurrence, now)
    _keep(session, occurrence, settle(line_of(session, occurrence, activity.priority, now), room, now), now)


def look_at_line(session: Session, occurrence_id: UUID, now: datetime) -> None:
    """Ask whoever is next in a line that is due; one that somebody changes just now is left to the next look."""
    due = WITH_GROUP.where(Occurrence.id == occurrence_id, Occurrence.line_due <= now)
    occurrence = session.scalar(due.with_for_update(key_share=True, skip_locked=True, of=Occurrence))
    if occurrence is not None:
        ask_next(session, occurrence, now)


def take_out_of_line(session: Session, occurrences: Iterable[Occurrence], member_id: UUID, now: datetime) -> None:
    """A member waits for these no more; what they were offered is told to be theirs no longer."""
    ids = [occurrence.id for occurrence in occurrences]
    theirs = delete(Waiting).where(Waiting.member_id == member_id, Waiting.occurrence_id.in_(ids))
    gone = session.execute(theirs.returning(Waiting.occurrence_id, Waiting.offered_until), execution_options=AS_IT_IS)
    offered = [occurrence_id for occurrence_id, until in gone if until is not None]
    publish_all(session, [OfferWithdrawn(occurrence_id=each, member_id=member_id) for each in offered], now=now)


def _room(occurrence: Occurrence, activity: Activity) -> Room:
    return Room(
        capacity=occurrence.capacity,
        going=occurrence.going,
        freed=occurrence.freed,
        starts_at=occurrence.starts_at,
        timezone=occurrence.timezone,
        is_on=not occurrence.is_cancelled,
        fills_room=activity.fills_room,
        priority=Priority(activity.priority),
        draws_at=draw_time(activity.priority, activity.draw_hours, occurrence.starts_at),
    )


def _draw(session: Session, occurrence: Occurrence, now: datetime) -> None:
    """Put those who asked by now in an order that nobody chose, once. The seed is kept, to draw it again with."""
    if session.get(LineDraw, occurrence.id) is not None:
        return
    seed, line = secrets.token_hex(16), line_of(session, occurrence, Priority.DRAW, now)
    session.add(LineDraw(occurrence_id=occurrence.id, seed=seed, drawn_at=now, entrants=len(line)))
    lots = [{"whose": each.member_id, "drew": lot_of(seed, each.member_id)} for each in line]
    if lots:
        theirs = (LINE.c.occurrence_id == occurrence.id, LINE.c.member_id == bindparam("whose"))
        session.execute(update(LINE).where(*theirs).values(lot=bindparam("drew")), lots)


def _keep(session: Session, occurrence: Occurrence, settled: Settled, now: datetime) -> None:
    """Write down what became of a line, and tell who is asked."""
    _change(session, occurrence.id, settled.lapsed, offered_until=None, passed=occurrence.freed)
    _change(session, occurrence.id, settled.withdrawn, offered_until=None)
    _change(session, occurrence.id, settled.asked, offered_until=settled.until)
    occurrence.held, occurrence.waiting, occurrence.line_due = settled.held, settled.waiting, settled.due
    of = occurrence.id
    withdrawn = [OfferWithdrawn(occurrence_id=of, member_id=each.member_id) for each in settled.withdrawn]
    offered = [PlaceOffered(occurrence_id=of, member_id=each.member_id, until=settled.until) for each in settled.asked]
    publish_all(session, [*withdrawn, *offered], now=now)


def _change(session: Session, occurrence_id: UUID, parties: Sequence[InLine], **values: Any) -> None:
    if parties:
        theirs = (Waiting.occurrence_id == occurrence_id, Waiting.member_id.in_([each.member_id for each in parties]))
        session.execute(update(Waiting).where(*theirs).values(values), execution_options=AS_IT_IS)


def _close(session: Session, occurrence: Occurrence) -> None:
    """It has begun: nobody is asked any more, and what is free is for whoever comes."""
    session.execute(delete(Waiting).where(Waiting.occurrence_id == occurrence.id), execution_options=AS_IT_IS)
    occurrence.held, occurrence.waiting, occurrence.line_due = 0, 0, None
