from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    exists,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session, contains_eager

from services.events.models import LONGEST, Group, GroupMember, Occurrence
from shared.auth import Caller
from shared.contracts.members import Visibility

WRITES_PROGRAMMES = "programme:write"
WITH_GROUP = select(Occurrence).join(Occurrence.group).options(contains_eager(Occurrence.group))


def visible_to(caller: Caller | None) -> ColumnElement[bool]:
    """Whether the caller may know of what a group does: a hidden group's are for its members, and for the operator."""
    if caller is not None and caller.scope == WRITES_PROGRAMMES:
        return true()
    known = Group.visibility != Visibility.HIDDEN
    if caller is None or caller.member_id is None:
        return known
    return or_(known, belongs(caller.member_id))


def belongs(member_id: UUID | BindParameter[UUID]) -> ColumnElement[bool]:
    """Whether the member is in the group."""
    return exists().where(GroupMember.member_id == member_id, GroupMember.group_id == Group.id)


def whats_on(
    caller: Caller | None,
    now: datetime,
    *,
    group: str | None,
    activity: UUID | None,
    since: datetime | None,
    until: datetime | None,
) -> Select[Occurrence]:
    """Everything still to come that the caller may see, each with its group."""
    after = max(now, since) if since else now
    # Nothing lasts longer than that, so the index by start need not be read from the beginning of time.
    query = WITH_GROUP.where(Occurrence.ends_at > after, Occurrence.starts_at > after - LONGEST, visible_to(caller))
    if group is not None:
        query = query.where(Group.slug == group)
    if activity is not None:
        query = query.where(Occurrence.activity_id == activity)
    return query if until is None else query.where(Occurrence.starts_at < until)


def occurrence_by_id(session: Session, occurrence_id: UUID, caller: Caller | None) -> Occurrence | None:
    """An occurrence with its group, if the caller may see it."""
    return session.scalar(WITH_GROUP.where(Occurrence.id == occurrence_id, visible_to(caller)))


def locked_occurrence(session: Session, occurrence_id: UUID) -> Occurrence:
    """An occurrence as it is now, and stays until this transaction ends."""
    query = WITH_GROUP.where(Occurrence.id == occurrence_id).with_for_update(key_share=True, of=Occurrence)
    return session.scalars(query, execution_options={"populate_existing": True}).one()


def occurrences_of_group(session: Session, group_id: UUID, now: datetime) -> Sequence[Occurrence]:
    """Everything of a group that is still to come."""
    query = WITH_GROUP.where(Occurrence.group_id == group_id, Occurrence.ends_at > now)
    return session.scalars(query.order_by(Occurrence.id)).all()
