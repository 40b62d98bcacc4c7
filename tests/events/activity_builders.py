"""Activities as members begin them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.models import Activity, Group, Occurrence
from services.events.schemas.activities import ActivityDraft
from services.events.use_cases.activities import begin_activity
from shared.auth import Caller
from shared.contracts.members import Role
from tests.events.builders import LONDON, given_member

FILM = {"title": "Film night", "place": "Church Hall", "starts": "2026-11-26T18:30", "ends": "2026-11-26T21:00"}
WEEKLY: dict[str, Any] = {"every": "week", "count": 10}
WEEKS = 26


def draft_of(group: Group, **fields: Any) -> ActivityDraft:
    return ActivityDraft.model_validate(FILM | {"group_id": group.id} | fields)


def member_of(session: Session, group: Group, role: Role = Role.MEMBER) -> Caller:
    return Caller(issuer="members", member_id=given_member(session, group, role), roles={group.id: role})


def given_activity(session: Session, host: Caller, group: Group, now: datetime, **fields: Any) -> Activity:
    """An activity that a member began."""
    return begin_activity(session, draft_of(group, **fields), caller=host, zone=LONDON, weeks=WEEKS, now=now)


def dates_of(session: Session, activity_id: UUID) -> list[Occurrence]:
    """Every date of it, in order."""
    query = select(Occurrence).where(Occurrence.activity_id == activity_id)
    return list(session.scalars(query.order_by(Occurrence.starts_at, Occurrence.id)))
