"""Roles that are free again, whatever the reason, and that somebody is looked for. The job does the looking."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from services.events.models import Cover, Helper, Occurrence, PlanLine
from services.events.use_cases.places import AS_IT_IS


def let_go(session: Session, occurrence_ids: Collection[UUID], now: datetime, *whose: ColumnElement[bool]) -> None:
    """Take roles at these from those who have them, all or only `whose`, and have others asked instead.

    The caller has locked the occurrences.
    """
    gone = delete(Helper).where(Helper.occurrence_id.in_(occurrence_ids), *whose)
    freed = session.execute(gone.returning(Helper.occurrence_id, Helper.kind), execution_options=AS_IT_IS)
    look_again(session, {(row.occurrence_id, row.kind) for row in freed}, now)


def put_down(session: Session, group_id: UUID, member_id: UUID) -> None:
    """Free what a member took on of a group's lists. What they paid is still owed to them."""
    dates = select(Occurrence.id).where(Occurrence.group_id == group_id)
    theirs = (PlanLine.member_id == member_id, PlanLine.occurrence_id.in_(dates))
    session.execute(update(PlanLine).where(*theirs).values(member_id=None), execution_options=AS_IT_IS)


def look_again(session: Session, missing: Collection[tuple[UUID, str]], now: datetime) -> None:
    """Have somebody looked for, for each role at an occurrence."""
    rows = [{"occurrence_id": occurrence_id, "kind": kind, "due_at": now} for occurrence_id, kind in sorted(missing)]
    if rows:
        wanted = upsert(Cover).values(rows)
        keys = ["occurrence_id", "kind"]
        session.execute(wanted.on_conflict_do_update(index_elements=keys, set_={"due_at": wanted.excluded.due_at}))
