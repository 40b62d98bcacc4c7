"""What a member can read of what we send them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.notifications.models import Notification, Occurrence
from services.notifications.queries import questions_for
from shared.pages import page_of


def open_questions(session: Session, member_id: UUID, now: datetime) -> list[tuple[Occurrence, datetime]]:
    """The occurrences we asked this member about that are still to come, with when we asked."""
    return questions_for(session, member_id, now)


def own_notifications(
    session: Session, member_id: UUID, *, after: str | None, limit: int
) -> tuple[list[Notification], str | None]:
    """All that was planned for a member, in order of its time, and what became of it."""
    query = select(Notification).where(Notification.member_id == member_id)
    return page_of(session, query, [Notification.due_at, Notification.id], after=after, limit=limit)
