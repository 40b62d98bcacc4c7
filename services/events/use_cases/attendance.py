"""How many came. A number of the evening, never of a person: who came and who did not is nobody's record."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.events.errors.places import NotYet
from services.events.models import Occurrence
from services.events.queries.programme import locked_occurrence
from services.events.use_cases.programme import find_occurrence
from services.events.use_cases.running import refuse_unless_running
from shared.auth import Caller


def count_attendance(session: Session, occurrence_id: UUID, came: int, *, caller: Caller, now: datetime) -> Occurrence:
    """Keep how many came, as one of its hosts counted; said again, the last number is kept.

    Raises NoSuchOccurrence, NotYourProgramme or NotYet.
    """
    occurrence = find_occurrence(session, occurrence_id, caller)
    refuse_unless_running(session, occurrence, caller)
    if now < occurrence.starts_at:
        raise NotYet("Count when it has begun.")
    occurrence = locked_occurrence(session, occurrence_id)
    occurrence.came = came
    return occurrence
