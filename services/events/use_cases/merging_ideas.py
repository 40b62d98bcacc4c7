"""Of what two records of one person wished for and voted, the kept one has all, and each once."""

from uuid import UUID

from sqlalchemy import literal, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from services.events.models import Idea, IdeaSupport, Poll, PollVote, PollVoter


def merge_ideas(session: Session, kept_id: UUID, gone_id: UUID) -> None:
    """The ideas of both are the kept record's; what both supported it supports once."""
    session.execute(update(Idea).where(Idea.member_id == gone_id).values(member_id=kept_id))
    theirs = select(IdeaSupport.idea_id, literal(kept_id)).where(IdeaSupport.member_id == gone_id)
    moved = upsert(IdeaSupport).from_select(["idea_id", "member_id"], theirs.order_by(IdeaSupport.idea_id))
    session.execute(moved.on_conflict_do_nothing())


def merge_polls(session: Session, kept_id: UUID, gone_id: UUID) -> None:
    """The polls of both are the kept record's, and its open vote counts where both voted.

    Two secret ballots both stay in the box: nobody can find them.
    """
    session.execute(update(Poll).where(Poll.made_by == gone_id).values(made_by=kept_id))
    for table in (PollVote, PollVoter):
        names = [each.name for each in table.__table__.columns if each.name != "member_id"]
        theirs = select(literal(kept_id), *(getattr(table, name) for name in names)).where(table.member_id == gone_id)
        moved = upsert(table).from_select(["member_id", *names], theirs.order_by(table.poll_id))
        session.execute(moved.on_conflict_do_nothing())
