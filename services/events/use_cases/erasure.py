"""Erasing a member: their places come free, and of what is over only the counts stay."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from services.events.models import EventsBase, Helper, Rsvp
from services.events.queries.line import lines_of
from services.events.queries.roles import helped_by
from services.events.use_cases.letting_go import let_go
from services.events.use_cases.moving_replies import leave_opportunities
from services.events.use_cases.places import lock_to_come, recount, take_out_of_line
from shared.contracts.events import Answer
from shared.erasure import forget


def erase_member(session: Session, member_id: UUID, now: datetime) -> None:
    """Erase all that is known of a member here. Done again, it finds what was written meanwhile."""
    answers = delete(Rsvp).where(Rsvp.member_id == member_id).returning(Rsvp.occurrence_id, Rsvp.answer)
    going = [occurrence_id for occurrence_id, answer in session.execute(answers) if answer == Answer.GOING]
    helps = helped_by(session, member_id, now)
    occurrences = lock_to_come(session, {*going, *lines_of(session, member_id), *helps}, now)
    take_out_of_line(session, occurrences, member_id, now)
    let_go(session, helps, now, Helper.member_id == member_id)
    recount(session, occurrences, now)
    leave_opportunities(session, member_id, now)
    forget(session, EventsBase.metadata, member_id)
