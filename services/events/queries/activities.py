from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, contains_eager

from services.events.models import Activity, Group, GroupMember, Host
from services.events.queries.programme import visible_to
from shared.auth import Caller


def activity_by_id(session: Session, activity_id: UUID, caller: Caller | None) -> Activity | None:
    """An activity with its group, if the caller may see it."""
    query = select(Activity).join(Activity.group).options(contains_eager(Activity.group))
    return session.scalar(query.where(Activity.id == activity_id, visible_to(caller)))


def group_by_id(session: Session, group_id: UUID, caller: Caller) -> Group | None:
    """A group, if the caller may know of it."""
    return session.scalar(select(Group).where(Group.id == group_id, visible_to(caller)))


def is_host(session: Session, activity_id: UUID, group_id: UUID, member_id: UUID) -> bool:
    """Whether a member hosts an activity, and still belongs to the group that it is of."""
    host = exists().where(Host.activity_id == activity_id, Host.member_id == member_id, Host.agreed_at.is_not(None))
    belongs = exists().where(GroupMember.group_id == group_id, GroupMember.member_id == member_id)
    return bool(session.scalar(select(host & belongs)))
