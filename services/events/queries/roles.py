from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from services.events.cover import Willing
from services.events.models import (
    Activity,
    Cover,
    CoverAsked,
    Group,
    GroupMember,
    Helper,
    Needs,
    Occurrence,
    RoleWish,
    Rsvp,
)
from services.events.queries.programme import visible_to
from services.events.waitlist import lot_of
from shared.auth import Caller
from shared.contracts.events import Answer
from shared.contracts.members import Role


def needs_of(session: Session, occurrence: Occurrence) -> Needs:
    """How many an occurrence needs in each role, as last committed."""
    return usual_needs(session, occurrence) if occurrence.roles is None else occurrence.roles


def usual_needs(session: Session, occurrence: Occurrence) -> Needs:
    """How many every date of its activity needs in each role."""
    needs: Needs = session.scalars(select(Activity.roles).where(Activity.id == occurrence.activity_id)).one()
    return needs


def helpers_at(session: Session, occurrence_id: UUID) -> Mapping[str, list[UUID]]:
    """Who took which role, in the order in which they did."""
    rows = session.execute(
        select(Helper.kind, Helper.member_id)
        .where(Helper.occurrence_id == occurrence_id)
        .order_by(Helper.taken_at, Helper.member_id)
    )
    found: dict[str, list[UUID]] = {}
    for kind, member_id in rows:
        found.setdefault(kind, []).append(member_id)
    return found


def most_taken(session: Session, occurrence_ids: Collection[UUID]) -> Needs:
    """How many have taken each role, on the date among these where they are most."""
    per_date = (
        select(Helper.kind, func.count().label("taken"))
        .where(Helper.occurrence_id.in_(occurrence_ids))
        .group_by(Helper.occurrence_id, Helper.kind)
        .subquery()
    )
    return dict(session.execute(select(per_date.c.kind, func.max(per_date.c.taken)).group_by(per_date.c.kind)).all())


def helped_by(session: Session, member_id: UUID, now: datetime, group_id: UUID | None = None) -> Sequence[UUID]:
    """The occurrences to come at which a member has a role; of one group, if it is named."""
    theirs = (
        select(Helper.occurrence_id)
        .join(Occurrence, Occurrence.id == Helper.occurrence_id)
        .where(Helper.member_id == member_id, Occurrence.ends_at > now)
    )
    if group_id is not None:
        theirs = theirs.where(Occurrence.group_id == group_id)
    return session.scalars(theirs.distinct()).all()


def clash_of(session: Session, occurrence: Occurrence, member_id: UUID) -> str | None:
    """What a member has a role at that is on at the same time, by its title."""
    return session.scalar(
        select(Occurrence.title)
        .join(Helper, Helper.occurrence_id == Occurrence.id)
        .where(Helper.member_id == member_id, Occurrence.id != occurrence.id, Occurrence.status != "cancelled")
        .where(Occurrence.starts_at < occurrence.ends_at, Occurrence.ends_at > occurrence.starts_at)
        .limit(1)
    )


def willing(session: Session, occurrence: Occurrence, kind: str) -> list[Willing]:
    """The members of the group who wished to be asked for such a role, could take it here, and were not asked yet."""
    here = Helper.occurrence_id == occurrence.id, Helper.kind == kind, Helper.member_id == RoleWish.member_id
    asked = (
        CoverAsked.occurrence_id == occurrence.id,
        CoverAsked.kind == kind,
        CoverAsked.member_id == RoleWish.member_id,
    )
    said = select(Rsvp.answer).where(Rsvp.occurrence_id == occurrence.id, Rsvp.member_id == RoleWish.member_id)
    # When every place is taken, only those who have one can help.
    unsaid = Answer.NOT_GOING if occurrence.places_left == 0 else Answer.GOING
    last = select(func.max(CoverAsked.asked_at)).where(CoverAsked.member_id == RoleWish.member_id).scalar_subquery()
    rows = session.execute(
        select(RoleWish.member_id, last)
        .join(GroupMember, GroupMember.member_id == RoleWish.member_id)
        .where(GroupMember.group_id == occurrence.group_id, GroupMember.role.in_([Role.MEMBER, Role.CONVENOR]))
        .where(RoleWish.kind == kind, ~exists().where(*here), ~exists().where(*asked))
        .where(func.coalesce(said.scalar_subquery(), unsaid) == Answer.GOING)
    )
    seed = f"{occurrence.id} {kind}"
    return [Willing(member_id, last_asked, lot_of(seed, member_id)) for member_id, last_asked in rows]


def covers_at(session: Session, occurrence_id: UUID) -> Sequence[Cover]:
    """The roles that somebody is looked for at an occurrence."""
    return session.scalars(select(Cover).where(Cover.occurrence_id == occurrence_id).order_by(Cover.kind)).all()


def covers_due(session: Session, now: datetime, limit: int) -> Sequence[UUID]:
    """The occurrences at which somebody is to be asked now, the longest due first."""
    due = select(Cover.occurrence_id).where(Cover.due_at <= now).group_by(Cover.occurrence_id)
    return session.scalars(due.order_by(func.min(Cover.due_at), Cover.occurrence_id).limit(limit)).all()


def open_asks(session: Session, occurrence_id: UUID, kind: str, now: datetime) -> Sequence[CoverAsked]:
    """Those who think about taking a role just now."""
    return session.scalars(
        select(CoverAsked).where(
            CoverAsked.occurrence_id == occurrence_id, CoverAsked.kind == kind, CoverAsked.open_until > now
        )
    ).all()


def wishes_of(session: Session, member_id: UUID) -> Sequence[str]:
    """The kinds of role that a member wishes to be asked for."""
    return session.scalars(select(RoleWish.kind).where(RoleWish.member_id == member_id).order_by(RoleWish.kind)).all()


def roles_to_come(session: Session, caller: Caller, now: datetime) -> Sequence[tuple[UUID, str]]:
    """The roles that a member has at what is still to come, soonest first."""
    return _of_caller(session, Helper, caller, now)


def asked_of(session: Session, caller: Caller, now: datetime) -> Sequence[tuple[UUID, str]]:
    """The roles that a member is asked to take just now, soonest first."""
    return _of_caller(session, CoverAsked, caller, now, CoverAsked.open_until > now)


def _of_caller(
    session: Session, table: type[Helper | CoverAsked], caller: Caller, now: datetime, *which: ColumnElement[bool]
) -> Sequence[tuple[UUID, str]]:
    rows = session.execute(
        select(table.occurrence_id, table.kind)
        .join(Occurrence, Occurrence.id == table.occurrence_id)
        .join(Group, Group.id == Occurrence.group_id)
        .where(table.member_id == caller.member_id, Occurrence.ends_at > now, visible_to(caller), *which)
        .order_by(Occurrence.starts_at, Occurrence.id, table.kind)
    )
    return [(occurrence_id, kind) for occurrence_id, kind in rows]
