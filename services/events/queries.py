from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BindParameter,
    ColumnElement,
    Select,
    Text,
    Uuid,
    any_,
    bindparam,
    exists,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session, contains_eager, undefer

from services.events.models import LONGEST, Activity, Calendar, Group, GroupMember, Occurrence, Rsvp
from shared.auth import Caller
from shared.contracts.members import Visibility
from shared.erasure import is_erased

WRITES_PROGRAMMES = "programme:write"
WITH_GROUP = select(Occurrence).join(Occurrence.group).options(contains_eager(Occurrence.group))


def visible_to(caller: Caller | None) -> ColumnElement[bool]:
    """Whether the caller may know of an occurrence: a hidden group's are for its members, and for the operator."""
    if caller is not None and caller.scope == WRITES_PROGRAMMES:
        return true()
    known = Group.visibility != Visibility.HIDDEN
    if caller is None or caller.member_id is None:
        return known
    return or_(known, belongs(caller.member_id))


def belongs(member_id: UUID | BindParameter[UUID]) -> ColumnElement[bool]:
    """Whether the member is in the occurrence's group."""
    return exists().where(GroupMember.member_id == member_id, GroupMember.group_id == Occurrence.group_id)


def whats_on(
    caller: Caller | None, now: datetime, *, group: str | None, since: datetime | None, until: datetime | None
) -> Select[Occurrence]:
    """Everything still to come that the caller may see, each with its group."""
    after = max(now, since) if since else now
    # Nothing lasts longer than that, so the index by start need not be read from the beginning of time.
    query = WITH_GROUP.where(Occurrence.ends_at > after, Occurrence.starts_at > after - LONGEST, visible_to(caller))
    if group is not None:
        query = query.where(Group.slug == group)
    return query if until is None else query.where(Occurrence.starts_at < until)


def occurrence_by_id(session: Session, occurrence_id: UUID, caller: Caller | None) -> Occurrence | None:
    """An occurrence with its group, if the caller may see it."""
    return session.scalar(WITH_GROUP.where(Occurrence.id == occurrence_id, visible_to(caller)))


def locked_occurrence(session: Session, occurrence_id: UUID) -> Occurrence:
    """An occurrence as it is now, and stays until this transaction ends."""
    query = WITH_GROUP.where(Occurrence.id == occurrence_id).with_for_update(key_share=True, of=Occurrence)
    return session.scalars(query, execution_options={"populate_existing": True}).one()


@dataclass(frozen=True)
class Standing:
    """What decides whether a member may say yes to an occurrence, as last committed."""

    status: str
    ends_at: datetime
    capacity: int | None
    going: int
    group_id: UUID
    visibility: str
    answer: str | None
    belongs: bool
    erased: bool

    @property
    def is_full(self) -> bool:
        """Whether every place is taken."""
        return self.capacity is not None and self.going >= self.capacity


# Made once: on the way to a yes, putting the statement together would take longer than running it.
_STANDING = (
    select(
        Occurrence.status,
        Occurrence.ends_at,
        Occurrence.capacity,
        Occurrence.going,
        Occurrence.group_id,
        Group.visibility,
        Rsvp.answer,
        belongs(bindparam("member_id", type_=Uuid())),
        is_erased(bindparam("member_id", type_=Uuid())),
    )
    .join(Group, Group.id == Occurrence.group_id)
    .outerjoin(Rsvp, (Rsvp.occurrence_id == Occurrence.id) & (Rsvp.member_id == bindparam("member_id", type_=Uuid())))
    .where(Occurrence.id == bindparam("occurrence_id", type_=Uuid()))
)


def standing(session: Session, occurrence_id: UUID, member_id: UUID) -> Standing | None:
    """How a member stands to an occurrence; None when they may not know of it."""
    row = session.execute(_STANDING, {"occurrence_id": occurrence_id, "member_id": member_id}).one_or_none()
    found = None if row is None else Standing(*row)
    hidden = found is not None and found.visibility == Visibility.HIDDEN and not found.belongs
    return None if hidden else found


def rsvps_to_come(session: Session, caller: Caller, now: datetime) -> Sequence[Rsvp]:
    """What a member said about everything that is still to come, soonest first."""
    return session.scalars(
        select(Rsvp)
        .join(Occurrence, Occurrence.id == Rsvp.occurrence_id)
        .join(Group, Group.id == Occurrence.group_id)
        .where(Rsvp.member_id == caller.member_id, Occurrence.ends_at > now, visible_to(caller))
        .order_by(Occurrence.starts_at, Occurrence.id)
    ).all()


def group_by_slug(session: Session, slug: str) -> Group | None:
    """The group of that short name."""
    return session.scalar(select(Group).where(Group.slug == slug))


def listed_slugs(session: Session) -> Sequence[str]:
    """The short names of the groups that anyone may know of."""
    listed = select(Group.slug).where(Group.visibility != Visibility.HIDDEN)
    return session.scalars(listed.order_by(Group.slug)).all()


def activities_of(session: Session, group_id: UUID) -> Sequence[Activity]:
    """All that a group ever did."""
    return session.scalars(select(Activity).where(Activity.group_id == group_id)).all()


def occurrences_to_compare(
    session: Session, group_id: UUID, slots: Collection[str], now: datetime
) -> Sequence[Occurrence]:
    """Those of a group that an import has to look at: all that are to come, and those that the file names."""
    named = Occurrence.slot == any_(literal(sorted(set(slots)), ARRAY(Text)))
    return session.scalars(
        select(Occurrence)
        .options(undefer(Occurrence.imported))
        .where(Occurrence.group_id == group_id, or_(Occurrence.ends_at > now, named))
    ).all()


def occurrences_of_group(session: Session, group_id: UUID, now: datetime) -> Sequence[Occurrence]:
    """Everything of a group that is still to come."""
    query = WITH_GROUP.where(Occurrence.group_id == group_id, Occurrence.ends_at > now)
    return session.scalars(query.order_by(Occurrence.id)).all()


def calendars_known_before(session: Session, until: date) -> Sequence[tuple[UUID, str]]:
    """The calendars that were worked out less far than `until`, by group and name."""
    due = select(Calendar.group_id, Calendar.name).where(Calendar.known_until < until)
    return [(group_id, name) for group_id, name in session.execute(due.order_by(Calendar.group_id, Calendar.name))]
