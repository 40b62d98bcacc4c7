from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.events.models import Cost, Group, Notes, Occurrence, PlanLine
from services.events.queries.programme import visible_to
from shared.auth import Caller


def lines_at(session: Session, occurrence_id: UUID) -> list[PlanLine]:
    """The lists of an occurrence, as they were written."""
    lines = select(PlanLine).where(PlanLine.occurrence_id == occurrence_id)
    return list(session.scalars(lines.order_by(PlanLine.id)))


def line_by_id(session: Session, line_id: UUID, caller: Caller) -> tuple[PlanLine, Occurrence] | None:
    """A line and its occurrence, if the caller may see that; the line stays as it is until the transaction ends."""
    query = select(PlanLine, Occurrence).join(Occurrence, Occurrence.id == PlanLine.occurrence_id)
    query = query.join(Group, Group.id == Occurrence.group_id).where(PlanLine.id == line_id, visible_to(caller))
    row = session.execute(query.with_for_update(of=PlanLine), execution_options={"populate_existing": True}).first()
    return None if row is None else (row[0], row[1])


def cost_by_id(session: Session, cost_id: UUID, caller: Caller) -> tuple[Cost, Occurrence] | None:
    """A cost and its occurrence, if the caller may see that; the cost stays as it is until the transaction ends."""
    query = select(Cost, Occurrence).join(Occurrence, Occurrence.id == Cost.occurrence_id)
    query = query.join(Group, Group.id == Occurrence.group_id).where(Cost.id == cost_id, visible_to(caller))
    row = session.execute(query.with_for_update(of=Cost), execution_options={"populate_existing": True}).first()
    return None if row is None else (row[0], row[1])


def notes_of(session: Session, occurrence_id: UUID) -> Notes | None:
    """What was written of an occurrence."""
    return session.get(Notes, occurrence_id, populate_existing=True)


def notes_before(session: Session, occurrence: Occurrence) -> tuple[Occurrence, str] | None:
    """What was to be remembered the last time, and of which date."""
    row = session.execute(
        select(Occurrence, Notes.words)
        .join(Notes, Notes.occurrence_id == Occurrence.id)
        .where(Occurrence.activity_id == occurrence.activity_id, Occurrence.starts_at < occurrence.starts_at)
        .where(Notes.words != "")
        .order_by(Occurrence.starts_at.desc())
        .limit(1)
    ).first()
    return None if row is None else (row[0], row[1])


def costs_of(session: Session, occurrence_id: UUID) -> Sequence[Cost]:
    """What was paid for an occurrence."""
    return session.scalars(select(Cost).where(Cost.occurrence_id == occurrence_id).order_by(Cost.id)).all()


def costs_by_month(session: Session, group_id: UUID) -> Sequence[tuple[str, int, int]]:
    """Each month in which a group spent anything: which, how many pence, on how many evenings; the latest first."""
    month = func.to_char(Occurrence.starts, "YYYY-MM").label("month")
    rows = session.execute(
        select(month, func.sum(Cost.pence), func.count(Occurrence.id.distinct()))
        .join(Occurrence, Occurrence.id == Cost.occurrence_id)
        .where(Occurrence.group_id == group_id)
        .group_by(month)
        .order_by(month.desc())
    )
    return [(row[0], row[1], row[2]) for row in rows]
