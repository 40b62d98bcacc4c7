from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.models import LONGEST, Occurrence, Status
from services.events.queries.programme import WITH_GROUP, visible_to
from shared.auth import Caller

# Whose something is, and from when to when.
type Span = tuple[UUID, datetime, datetime]


def starting_between(session: Session, since: datetime, until: datetime, group_id: UUID | None) -> Sequence[Occurrence]:
    """What anyone may know of that starts from one instant on and before another, of one group or of all."""
    query = WITH_GROUP.where(Occurrence.starts_at >= since, Occurrence.starts_at < until, visible_to(None))
    if group_id is not None:
        query = query.where(Occurrence.group_id == group_id)
    return session.scalars(query.order_by(Occurrence.starts_at, Occurrence.id)).all()


def spans_between(session: Session, since: datetime, until: datetime, caller: Caller) -> Iterable[Span]:
    """What is on between two instants that the caller may see."""
    # Nothing lasts longer than that, so the index by start need not be read from the beginning of time.
    on = (Occurrence.starts_at > since - LONGEST, Occurrence.ends_at > since, Occurrence.starts_at < until)
    query = select(Occurrence.group_id, Occurrence.starts_at, Occurrence.ends_at).join(Occurrence.group)
    query = query.where(*on, Occurrence.status != Status.CANCELLED, visible_to(caller))
    return ((row[0], row[1], row[2]) for row in session.execute(query))
