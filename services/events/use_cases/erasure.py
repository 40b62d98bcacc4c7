"""Erasing a member: their places come free, and of what is over only the counts stay."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from services.events.models import EventsBase, Occurrence, Rsvp
from shared.contracts.events import Answer
from shared.erasure import forget


def erase_member(session: Session, member_id: UUID, now: datetime) -> None:
    """Erase all that is known of a member here. Done again, it finds what was written meanwhile."""
    answers = delete(Rsvp).where(Rsvp.member_id == member_id).returning(Rsvp.occurrence_id, Rsvp.answer)
    going = [occurrence_id for occurrence_id, answer in session.execute(answers) if answer == Answer.GOING]
    # Locked in order of id, as everyone does who locks several.
    coming = select(Occurrence.id).where(Occurrence.id.in_(going), Occurrence.ends_at > now).order_by(Occurrence.id)
    freed = session.scalars(coming.with_for_update(key_share=True)).all()
    session.execute(
        update(Occurrence).where(Occurrence.id.in_(freed)).values(going=Occurrence.going - 1),
        execution_options={"synchronize_session": False},
    )
    forget(session, EventsBase.metadata, member_id)
