from datetime import datetime

from sqlalchemy.orm import Session

from services.members.errors import GroupExists
from services.members.models import Group
from services.members.queries import group_called, one_at_a_time
from shared.contracts.members import GroupChanged, Visibility
from shared.messaging import publish


def begin_group(session: Session, name: str, visibility: Visibility, slug: str | None, *, now: datetime) -> Group:
    """Make a group."""
    one_at_a_time(session)
    group = Group.begun(name, visibility, slug)
    if group_called(session, group.name, group.slug):
        raise GroupExists("Choose another name, or give another short name with `slug`.")
    session.add(group)
    publish(session, group_changed(group), now=now)
    return group


def group_changed(group: Group) -> GroupChanged:
    """A group's whole public state."""
    return GroupChanged(group_id=group.id, slug=group.slug, name=group.name, visibility=group.visibility)
