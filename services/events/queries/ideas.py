from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from services.events.models import GroupMember, Idea, IdeaState, IdeaSupport
from shared.auth import Caller
from shared.contracts.members import Role

# What a new idea is compared with.
LOOKED_THROUGH = 500


def is_of_members_group(group_id: InstrumentedAttribute[UUID], member_id: UUID | None) -> ColumnElement[bool]:
    """Whether a thing of a group is a member's to see: what a group thinks about is for its own members."""
    mine = (GroupMember.group_id == group_id, GroupMember.member_id == member_id)
    return exists().where(*mine, GroupMember.role.in_([Role.MEMBER, Role.CONVENOR]))


def ideas_of(caller: Caller, group_id: UUID | None = None) -> Select[Idea]:
    """The ideas that the caller may see: posted and retired ones, their own, and withdrawn ones they supported."""
    mine = caller.member_id
    supported = exists().where(IdeaSupport.idea_id == Idea.id, IdeaSupport.member_id == mine)
    seen = or_(
        Idea.member_id == mine,
        Idea.state.in_([IdeaState.POSTED, IdeaState.RETIRED]),
        (Idea.state == IdeaState.WITHDRAWN) & supported,
    )
    query = select(Idea).where(is_of_members_group(Idea.group_id, mine), seen)
    return query if group_id is None else query.where(Idea.group_id == group_id)


def idea_by_id(session: Session, idea_id: UUID, caller: Caller, *, to_change: bool = False) -> Idea | None:
    """An idea as it is now, if the caller may see it; `to_change` keeps it so until this transaction ends."""
    query = ideas_of(caller).where(Idea.id == idea_id)
    query = query.with_for_update(key_share=True, of=Idea) if to_change else query
    return session.scalar(query, execution_options={"populate_existing": True})


def open_ideas(session: Session, group_id: UUID, but: UUID) -> Sequence[Idea]:
    """The latest ideas of a group that are open, without one of them."""
    others = select(Idea).where(Idea.group_id == group_id, Idea.state == IdeaState.POSTED, Idea.id != but)
    return session.scalars(others.order_by(Idea.id.desc()).limit(LOOKED_THROUGH)).all()


def supported_by(session: Session, caller: Caller, ideas: Collection[Idea]) -> set[UUID]:
    """Which of these ideas the caller supports."""
    theirs = select(IdeaSupport.idea_id).where(IdeaSupport.member_id == caller.member_id)
    return set(session.scalars(theirs.where(IdeaSupport.idea_id.in_([each.id for each in ideas]))))
