"""What other services are told of the programme."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from services.events.models import Group, Occurrence, Rsvp, Status, Waiting
from services.events.programme_diff import Change
from shared.contracts.events import (
    Answer,
    OccurrenceCancelled,
    OccurrenceDescribed,
    OccurrenceMoved,
    OccurrenceScheduled,
    OccurrenceState,
    PlaceOffered,
    RsvpChanged,
    WaitedForCalledOff,
)
from shared.messaging import publish_all

AT_ONCE = 1000

MESSAGES: dict[Change, type[OccurrenceState]] = {
    Change.ADDED: OccurrenceScheduled,
    Change.RESTORED: OccurrenceScheduled,
    Change.MOVED: OccurrenceMoved,
    Change.CHANGED: OccurrenceDescribed,
    Change.CANCELLED: OccurrenceCancelled,
}


def tell(session: Session, kind: type[OccurrenceState], occurrence: Occurrence, *, now: datetime) -> None:
    """Tell others what became of an occurrence whose group is loaded."""
    _tell(session, [(kind, occurrence)], occurrence.group, now)


def tell_all(session: Session, changes: Iterable[tuple[Change, Occurrence]], group: Group, *, now: datetime) -> None:
    """Tell others what became of many occurrences of one group."""
    told = [(MESSAGES[change], occurrence) for change, occurrence in changes if change is not Change.UNCHANGED]
    _tell(session, told, group, now)


def message_of(kind: type[OccurrenceState], occurrence: Occurrence, group: Group) -> OccurrenceState:
    """The whole state of an occurrence. What a hidden group does, and where, stays in this service."""
    return kind(
        occurrence_id=occurrence.id,
        activity_id=occurrence.activity_id,
        group_id=occurrence.group_id,
        title=None if group.is_hidden else occurrence.title,
        place=None if group.is_hidden else occurrence.place,
        starts=occurrence.starts,
        ends=occurrence.ends,
        timezone=occurrence.timezone,
        starts_at=occurrence.starts_at,
        ends_at=occurrence.ends_at,
        all_day=occurrence.all_day,
        tentative=occurrence.status == Status.TENTATIVE,
    )


def republish(session: Session, now: datetime) -> None:
    """Tell the whole state again: everything still to come, who said what about it, and the offers that still stand.

    No row is locked: meanwhile nobody else can publish, so whatever changes here is told after this.
    """
    to_come = session.scalars(
        select(Occurrence)
        .join(Occurrence.group)
        .options(contains_eager(Occurrence.group))
        .where(Occurrence.ends_at > now)
        .order_by(Occurrence.id)
        .execution_options(yield_per=AT_ONCE)
    )
    for occurrences in to_come.partitions():
        publish_all(session, [_state_now(occurrence) for occurrence in occurrences], now=now)
    _republish_answers(session, now)
    _republish_offers(session, now)


def _tell(
    session: Session, told: Sequence[tuple[type[OccurrenceState], Occurrence]], group: Group, now: datetime
) -> None:
    """Publish what became of these, and let those who wait for a place at one that was called off hear of it."""
    for _, occurrence in told:
        occurrence.changed_at = now
    publish_all(session, [message_of(kind, occurrence, group) for kind, occurrence in told], now=now)
    off = [
        occurrence.id for kind, occurrence in told if kind is OccurrenceCancelled and occurrence.line_due is not None
    ]
    if off:
        waits = select(Waiting.occurrence_id, Waiting.member_id).where(Waiting.occurrence_id.in_(off))
        rows = session.execute(waits.order_by(Waiting.occurrence_id, Waiting.number))
        publish_all(session, [WaitedForCalledOff(occurrence_id=row[0], member_id=row[1]) for row in rows], now=now)


def _republish_answers(session: Session, now: datetime) -> None:
    answers = session.execute(
        select(Rsvp.occurrence_id, Rsvp.member_id, Rsvp.answer)
        .join(Occurrence, Occurrence.id == Rsvp.occurrence_id)
        .where(Occurrence.ends_at > now)
        .order_by(Rsvp.occurrence_id, Rsvp.member_id)
        .execution_options(yield_per=AT_ONCE)
    )
    for rows in answers.partitions():
        publish_all(
            session,
            [RsvpChanged(occurrence_id=row[0], member_id=row[1], answer=Answer(row[2])) for row in rows],
            now=now,
        )


def _republish_offers(session: Session, now: datetime) -> None:
    """After the answers: hearing of a no once more takes back what was asked, and then it is asked again."""
    offers = session.execute(
        select(Waiting.occurrence_id, Waiting.member_id, Waiting.offered_until)
        .where(Waiting.offered_until > now)
        .order_by(Waiting.occurrence_id, Waiting.member_id)
        .execution_options(yield_per=AT_ONCE)
    )
    for rows in offers.partitions():
        again = [PlaceOffered(occurrence_id=row[0], member_id=row[1], until=row[2]) for row in rows]
        publish_all(session, again, now=now)


def _state_now(occurrence: Occurrence) -> OccurrenceState:
    change = Change.CANCELLED if occurrence.is_cancelled else Change.ADDED
    return message_of(MESSAGES[change], occurrence, occurrence.group)
