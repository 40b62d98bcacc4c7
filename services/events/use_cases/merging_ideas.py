"""Of what two records of one person wished for, the kept one has all, and each once."""

from uuid import UUID

from sqlalchemy import literal, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from services.events.models import Idea, IdeaSupport


def merge_ideas(session: Session, kept_id: UUID, gone_id: UUID) -> None:
    """The ideas of both are the kept record's; what both supported it supports once."""
    session.execute(update(Idea).where(Idea.member_id == gone_id).values(member_id=kept_id))
    theirs = select(IdeaSupport.idea_id, literal(kept_id)).where(IdeaSupport.member_id == gone_id)
    moved = upsert(IdeaSupport).from_select(["idea_id", "member_id"], theirs.order_by(IdeaSupport.idea_id))
    session.execute(moved.on_conflict_do_nothing())
