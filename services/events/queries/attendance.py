from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.models import Group, Occurrence, Rsvp
from services.events.queries.programme import visible_to
from shared.auth import Caller
from shared.contracts.events import Answer

KEPT = timedelta(days=30)


def names_shown(session: Session, occurrence_id: UUID, member_id: UUID) -> Sequence[str]:
    """The names by which those who come wished to be seen, to one who comes as well; to anyone else none."""
    yes = (Rsvp.occurrence_id == occurrence_id, Rsvp.answer == Answer.GOING)
    comes = select(Rsvp.member_id).where(*yes, Rsvp.member_id == member_id)
    shown = select(Rsvp.shown_as).where(*yes, Rsvp.shown_as.is_not(None), comes.exists())
    return [name for name in session.scalars(shown.order_by(Rsvp.shown_as)) if name]


def visits_of(session: Session, caller: Caller, now: datetime) -> Sequence[Occurrence]:
    """What a member said yes to that is over, the latest first."""
    lately = (Occurrence.ends_at <= now, Occurrence.ends_at > now - KEPT)
    return session.scalars(
        select(Occurrence)
        .join(Rsvp, Rsvp.occurrence_id == Occurrence.id)
        .join(Group, Group.id == Occurrence.group_id)
        .where(Rsvp.member_id == caller.member_id, Rsvp.answer == Answer.GOING, *lately, visible_to(caller))
        .order_by(Occurrence.starts_at.desc(), Occurrence.id)
    ).all()
