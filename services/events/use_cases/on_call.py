"""What if the door is locked: a member of the group who can be turned to, known to those going and nobody else."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from services.events.errors.places import ForThoseGoing, MembersOnly
from services.events.models import OnCall
from services.events.queries.activities import belongs_to
from services.events.queries.places import is_going, on_call_at
from services.events.use_cases.programme import find_occurrence
from services.events.use_cases.running import is_running, refuse_erased
from shared.auth import Caller


def go_on_call(session: Session, occurrence_id: UUID, member_id: UUID, *, caller: Caller, now: datetime) -> None:
    """Say yes to being turned to. Raises NoSuchOccurrence, MembersOnly, OccurrenceOver or OccurrenceCancelled."""
    refuse_erased(session, caller)
    occurrence = find_occurrence(session, occurrence_id, caller)
    occurrence.refuse_unless_on(now)
    if not belongs_to(session, occurrence.group_id, member_id):
        raise MembersOnly("Ask one of its convenors whether you can join.")
    mine = upsert(OnCall).values(occurrence_id=occurrence_id, member_id=member_id)
    session.execute(mine.on_conflict_do_nothing())


def go_off_call(session: Session, occurrence_id: UUID, member_id: UUID, *, caller: Caller) -> None:
    """Be turned to no more. Raises NoSuchOccurrence."""
    find_occurrence(session, occurrence_id, caller)
    session.execute(delete(OnCall).where(OnCall.occurrence_id == occurrence_id, OnCall.member_id == member_id))


def who_is_on_call(session: Session, occurrence_id: UUID, *, caller: Caller) -> Sequence[UUID]:
    """Whom to turn to, for those going and those who run it. Raises NoSuchOccurrence or ForThoseGoing."""
    occurrence = find_occurrence(session, occurrence_id, caller)
    on_call = on_call_at(session, occurrence_id)
    goes = caller.member_id in on_call or is_going(session, occurrence_id, caller.member_id)
    if not goes and not is_running(session, occurrence, caller):
        raise ForThoseGoing("Say yes to it first, and look again.")
    return on_call
