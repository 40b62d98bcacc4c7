"""A date that really moves: nobody's yes stands for a day that they did not agree to."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, cast, delete, func, insert, select, update
from sqlalchemy.orm import Session

from services.events.models import Occurrence, Rsvp, Waiting
from services.events.queries.places import answering
from services.events.use_cases.letting_go import let_go
from services.events.use_cases.places import AS_IT_IS, ask_next, lock_to_come
from services.events.waitlist import offer_until
from shared.contracts.events import Answer, PlaceOffered, RsvpChanged
from shared.contracts.message import Message
from shared.messaging import publish_all


def lock_answers(session: Session, occurrence_ids: Collection[UUID]) -> None:
    """Wait for those who are answering just now. To be called before the occurrences themselves are locked."""
    moved = func.unnest(cast(sorted(occurrence_ids), ARRAY(Uuid))).column_valued()
    session.execute(select(func.pg_advisory_xact_lock(answering(moved))))
    # Whoever leaves or is erased asks nothing of an occurrence before they take their answers back.
    theirs = select(Rsvp.member_id).where(Rsvp.occurrence_id.in_(occurrence_ids))
    session.execute(theirs.order_by(Rsvp.occurrence_id, Rsvp.member_id).with_for_update())


def ask_again(session: Session, occurrence_ids: Collection[UUID], now: datetime) -> None:
    """Make every yes to these an offer of the same places, on the date that they have now.

    Who was offered a place on the old date is offered it on the new one. While it is off they wait, at the head of the
    line, until it is on again. Roles are free again: a role is a yes as well.
    """
    session.flush()
    for occurrence in lock_to_come(session, occurrence_ids, now):
        _ask_again(session, occurrence, now)
        let_go(session, [occurrence.id], now)


def _ask_again(session: Session, occurrence: Occurrence, now: datetime) -> None:
    until = offer_until(now, occurrence.starts_at, occurrence.timezone)
    going = _to_the_line(session, occurrence.id, until)
    occurrence.held, occurrence.going = occurrence.held + occurrence.going, 0
    renewed = (
        update(Waiting)
        .where(Waiting.occurrence_id == occurrence.id, Waiting.offered_until.is_not(None))
        .values(offered_until=until)
        .returning(Waiting.member_id)
    )
    asked = session.scalars(renewed, execution_options=AS_IT_IS).all()
    if asked:
        occurrence.line_due = now
    no = Answer.NOT_GOING
    of = occurrence.id
    told: list[Message] = [RsvpChanged(occurrence_id=of, member_id=each, answer=no) for each in going]
    if not occurrence.is_cancelled:
        told += [PlaceOffered(occurrence_id=of, member_id=each, until=until, asked_again=True) for each in asked]
    publish_all(session, told, now=now)
    ask_next(session, occurrence, now)


def _to_the_line(session: Session, occurrence_id: UUID, until: datetime) -> Sequence[UUID]:
    """Turn every yes into an offer, in the order in which they were said; whose they were."""
    yes = (Rsvp.occurrence_id == occurrence_id, Rsvp.answer == Answer.GOING)
    gone = delete(Rsvp).where(*yes).returning(Rsvp.member_id, Rsvp.others, Rsvp.answered_at)
    rows = sorted(session.execute(gone, execution_options=AS_IT_IS).all(), key=lambda row: row.answered_at)
    first = session.scalar(select(func.min(Waiting.number)).where(Waiting.occurrence_id == occurrence_id)) or 0
    parties = [
        {
            "occurrence_id": occurrence_id,
            "member_id": row.member_id,
            "others": row.others,
            "asked_at": row.answered_at,
            "number": first - len(rows) + place,
            "offered_until": until,
        }
        for place, row in enumerate(rows)
    ]
    if parties:
        session.execute(insert(Waiting), parties)
    return [row.member_id for row in rows]
