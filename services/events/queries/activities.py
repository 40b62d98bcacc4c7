from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, contains_eager, undefer

from services.events.models import Activity, ClosedDate, Group, GroupMember, Helper, Host, Occurrence, OnCall
from services.events.queries.programme import visible_to
from shared.auth import Caller
from shared.contracts.events import RoleKind
from shared.contracts.members import Role

WITH_GROUP = select(Activity).join(Activity.group).options(contains_eager(Activity.group))


def activity_by_id(session: Session, activity_id: UUID, caller: Caller | None) -> Activity | None:
    """An activity with its group, if the caller may see it."""
    return session.scalar(WITH_GROUP.where(Activity.id == activity_id, visible_to(caller)))


def activity_now(session: Session, activity_id: UUID) -> Activity:
    """An activity with its group as it is now, whatever was read of it before."""
    query = WITH_GROUP.where(Activity.id == activity_id)
    return session.scalars(query, execution_options={"populate_existing": True}).one()


def group_by_id(session: Session, group_id: UUID, caller: Caller | None) -> Group | None:
    """A group, if the caller may know of it."""
    return session.scalar(select(Group).where(Group.id == group_id, visible_to(caller)))


def is_host(
    session: Session, activity_id: UUID, group_id: UUID, member_id: UUID, occurrence_id: UUID | None = None
) -> bool:
    """Whether a member hosts an activity, or this date of it, and still belongs to the group that it is of."""
    host = exists().where(Host.activity_id == activity_id, Host.member_id == member_id, Host.agreed_at.is_not(None))
    tonight = exists().where(
        Helper.occurrence_id == occurrence_id, Helper.kind == RoleKind.HOST, Helper.member_id == member_id
    )
    return bool(session.scalar(select((host | tonight) & _belongs(group_id, member_id))))


def hosts_of(session: Session, activity_id: UUID) -> Sequence[Host]:
    """Who hosts an activity or was asked to, in the order in which they were."""
    query = select(Host).where(Host.activity_id == activity_id)
    return session.scalars(query.order_by(Host.asked_at, Host.member_id)).all()


def hosted_by(session: Session, caller: Caller) -> Sequence[tuple[Activity, Host]]:
    """What a member hosts or was asked to, the latest asked first."""
    mine = select(Activity, Host).join(Host, Host.activity_id == Activity.id).join(Activity.group)
    mine = mine.options(contains_eager(Activity.group)).where(Host.member_id == caller.member_id, visible_to(caller))
    return session.execute(mine.order_by(Host.asked_at.desc(), Activity.id)).all()


def on_call_for(session: Session, caller: Caller, now: datetime) -> Sequence[UUID]:
    """What is still to come for which a member said that they can be turned to, soonest first."""
    mine = select(Occurrence.id).join(OnCall, OnCall.occurrence_id == Occurrence.id).join(Occurrence.group)
    to_come = mine.where(OnCall.member_id == caller.member_id, Occurrence.ends_at > now, visible_to(caller))
    return session.scalars(to_come.order_by(Occurrence.starts_at, Occurrence.id)).all()


def belongs_to(session: Session, group_id: UUID, member_id: UUID) -> bool:
    """Whether somebody is a member of a group, and not a guest."""
    return bool(session.scalar(select(_belongs(group_id, member_id, GroupMember.role != Role.GUEST))))


def _belongs(group_id: UUID, member_id: UUID, *more: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(GroupMember.group_id == group_id, GroupMember.member_id == member_id, *more)


def hosts_anything(session: Session, group_id: UUID, member_id: UUID | None) -> bool:
    """Whether a member hosts any activity of a group."""
    hosting = select(Host.activity_id).join(Activity, Activity.id == Host.activity_id)
    agreed = hosting.where(Host.member_id == member_id, Host.agreed_at.is_not(None), Activity.group_id == group_id)
    return bool(session.scalar(select(agreed.exists())))


def locked_dates(session: Session, activity_id: UUID) -> Sequence[Occurrence]:
    """Every date of an activity with what its source last said, locked in order of id."""
    query = select(Occurrence).where(Occurrence.activity_id == activity_id).options(undefer(Occurrence.imported))
    locked = query.order_by(Occurrence.id).with_for_update(key_share=True, of=Occurrence)
    return session.scalars(locked, execution_options={"populate_existing": True}).all()


def closed_days(session: Session, group_id: UUID) -> Mapping[date, str]:
    """The days on which a group does nothing, and why."""
    closed = select(ClosedDate.day, ClosedDate.reason).where(ClosedDate.group_id == group_id)
    return dict(session.execute(closed.order_by(ClosedDate.day)).all())


def activities_known_before(session: Session, until: date) -> Sequence[UUID]:
    """The endless activities whose dates were made less far than `until`."""
    return session.scalars(select(Activity.id).where(Activity.known_until < until).order_by(Activity.id)).all()


def ids_to_come(session: Session, activity_id: UUID, now: datetime) -> Sequence[UUID]:
    """The dates of an activity that are not over."""
    query = select(Occurrence.id).where(Occurrence.activity_id == activity_id, Occurrence.ends_at > now)
    return session.scalars(query.order_by(Occurrence.id)).all()


def ids_on(session: Session, group_id: UUID, day: date, now: datetime) -> Sequence[UUID]:
    """What a group does on a day and is not over, by the clock on its wall."""
    midnight, next_midnight = datetime.combine(day, time()), datetime.combine(day + timedelta(days=1), time())
    query = select(Occurrence.id).where(
        Occurrence.group_id == group_id,
        Occurrence.ends_at > now,
        Occurrence.starts >= midnight,
        Occurrence.starts < next_midnight,
    )
    return session.scalars(query.order_by(Occurrence.id)).all()
