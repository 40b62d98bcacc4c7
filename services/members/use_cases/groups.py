from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.members.errors.groups import GroupChangedMeanwhile, GroupExists
from services.members.models import Group, GroupNote, Happening
from services.members.queries.base import one_at_a_time
from services.members.queries.groups import (
    forget_all_invitations,
    forget_all_requests,
    group_called,
    listed_group_named,
)
from services.members.schemas.groups import GroupEdit
from services.members.use_cases.standing import Standing, enter, look
from shared.auth import Caller
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


def describe_group(
    session: Session, group_id: UUID, edit: GroupEdit, *, caller: Caller, seen: Collection[int] | None, now: datetime
) -> Group:
    """Say anew what a group is called, who knows of it and how it lets people in. For its convenors.

    `seen` are the versions the caller would change, None for any.
    """
    here = _to_describe(session, group_id, caller)
    if seen is not None and here.group.version not in seen:
        raise GroupChangedMeanwhile("Read it again, look at what changed, and send your change once more.")
    group, before = here.group, group_changed(here.group)
    if not _apply(group, edit):
        return group
    if not group.is_hidden and listed_group_named(session, group.name, but=group.id):
        raise GroupExists("Choose another name.")
    if group.visibility is not before.visibility:
        _change_who_knows(session, here, now)
    if group_changed(group) != before:
        publish(session, group_changed(group), now=now)
    return group


def group_changed(group: Group) -> GroupChanged:
    """A group's whole public state."""
    return GroupChanged(group_id=group.id, slug=group.slug, name=group.name, visibility=group.visibility)


def _to_describe(session: Session, group_id: UUID, caller: Caller) -> Standing:
    look(session, group_id, caller).refuse_all_but_convenors()
    # Two names that are one are noticed only one at a time; and this waits before the group does, as an import would.
    one_at_a_time(session)
    here = enter(session, group_id, caller)
    here.refuse_all_but_convenors()
    return here


def _apply(group: Group, edit: GroupEdit) -> bool:
    """Make a group what is said of it; False when it was so already."""
    said = edit.model_dump(exclude_none=True)
    if all(getattr(group, field) == value for field, value in said.items()):
        return False
    for field, value in said.items():
        setattr(group, field, value)
    group.version += 1
    return True


def _change_who_knows(session: Session, here: Standing, now: datetime) -> None:
    """Its members are told who did it.

    Codes that were handed out under the old rule let nobody in under the new one, and who had asked to join a group
    that hides may know of it no more.
    """
    group_id = here.group.id
    session.add(GroupNote(group_id=group_id, at=now, what=Happening.VISIBILITY_CHANGED, by=here.member_id))
    forget_all_invitations(session, group_id)
    if here.group.is_hidden:
        forget_all_requests(session, group_id)
