from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from services.events.models import CalendarFeed, Occurrence, Rsvp, Waiting
from services.events.queries.programme import WITH_GROUP, visible_to
from shared.auth import Caller
from shared.contracts.events import Answer

IN_ORDER = (Occurrence.starts_at, Occurrence.id)


def dates_of_group(session: Session, group_id: UUID, since: datetime, until: datetime) -> Sequence[Occurrence]:
    """All that a group has on between two instants, and what it called off."""
    within = (Occurrence.group_id == group_id, Occurrence.ends_at > since, Occurrence.starts_at < until)
    return session.scalars(select(Occurrence).where(*within).order_by(*IN_ORDER)).all()


def feed_by_hash(session: Session, token_hash: str) -> CalendarFeed | None:
    """The feed that is at this address."""
    return session.scalar(select(CalendarFeed).where(CalendarFeed.token_hash == token_hash))


def dates_of_member(session: Session, member_id: UUID, since: datetime) -> Iterable[tuple[Occurrence, bool]]:
    """All that a member comes to or waits for, with its group, and whether they have a place.

    What they may not see any more is left out.
    """
    goes = exists().where(Rsvp.occurrence_id == Occurrence.id, Rsvp.member_id == member_id, Rsvp.answer == Answer.GOING)
    waits = exists().where(Waiting.occurrence_id == Occurrence.id, Waiting.member_id == member_id)
    seen_by = visible_to(Caller(issuer="members", member_id=member_id))
    query = WITH_GROUP.add_columns(goes).where(or_(goes, waits), Occurrence.ends_at > since, seen_by)
    return ((row[0], row[1]) for row in session.execute(query.order_by(*IN_ORDER)))
