from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, func, or_, select, update
from sqlalchemy.orm import Session

from services.members.majority import State
from services.members.models import (
    Group,
    GroupNote,
    Invitation,
    JoinRequest,
    Kind,
    ListedPlace,
    Member,
    Membership,
    Motion,
    MotionVote,
    WrongCode,
)
from services.members.queries.base import among
from shared.contracts.members import Role, Visibility


def group_called(session: Session, name: str, slug: str) -> Group | None:
    """The group of a name, or of a short name."""
    return session.scalar(select(Group).where(or_(func.lower(Group.name) == name.lower(), Group.slug == slug)).limit(1))


def memberships_of(session: Session, ids: Collection[UUID]) -> list[Membership]:
    """The memberships of these members."""
    return list(session.scalars(select(Membership).where(among(Membership.member_id, ids))))


def listed_places_of(session: Session, ids: Collection[UUID]) -> list[ListedPlace]:
    """Where lists said that these members are."""
    return list(session.scalars(select(ListedPlace).where(among(ListedPlace.member_id, ids))))


def groups_of(session: Session, member_id: UUID) -> list[tuple[Group, Membership]]:
    """A member's groups and what they are in them."""
    query = select(Group, Membership).join(Membership, Membership.group_id == Group.id).order_by(Group.slug)
    return [(group, place) for group, place in session.execute(query.where(Membership.member_id == member_id))]


def inhabited_groups(session: Session) -> set[UUID]:
    """The groups that have people."""
    return set(session.scalars(select(Membership.group_id).distinct()))


# What another request has changed while this one waited for a lock is read anew.
ANEW = {"populate_existing": True}


class Votes(NamedTuple):
    """How a motion stands, among those who have a say now."""

    yes: int
    no: int
    electorate: int


def group_seen_by(session: Session, group_id: UUID, member_id: UUID | None) -> tuple[Group, Membership | None] | None:
    """A group and a member's place in it; None where the member may not know of the group.

    One query for a group that is not there and for one that is hidden, so that both take as long.
    """
    mine = (Membership.group_id == Group.id) & (Membership.member_id == member_id)
    known = or_(Group.visibility != Visibility.HIDDEN, Membership.member_id.is_not(None))
    query = select(Group, Membership).outerjoin(Membership, mine).where(Group.id == group_id, known)
    row = session.execute(query, execution_options=ANEW).one_or_none()
    return None if row is None else (row[0], row[1])


def every_group() -> Select[Group]:
    """All groups, hidden ones too."""
    return select(Group)


def groups_seen_by(member_id: UUID | None) -> Select[Group]:
    """The groups that a member may know of."""
    mine = select(Membership.group_id).where(Membership.member_id == member_id)
    return select(Group).where(or_(Group.visibility != Visibility.HIDDEN, Group.id.in_(mine)))


def lock_group(session: Session, group_id: UUID) -> None:
    """Wait until nobody else decides anything in this group. It can be read meanwhile."""
    session.execute(select(Group.id).where(Group.id == group_id).with_for_update(key_share=True))


def claim_group(session: Session, group_id: UUID) -> bool:
    """Lock a group unless somebody decides something in it now; then whoever asks comes back another time."""
    free = select(Group.id).where(Group.id == group_id).with_for_update(key_share=True, skip_locked=True)
    return session.scalar(free) is not None


def listed_group_named(session: Session, name: str, *, but: UUID) -> Group | None:
    """Another group of this name that anybody may know of. A hidden one is not told of by a name that is taken."""
    others = select(Group).where(Group.id != but, Group.visibility != Visibility.HIDDEN)
    return session.scalar(others.where(func.lower(Group.name) == name.lower()).limit(1))


def listed_group(session: Session, slug: str) -> Group | None:
    """The group of a short name, unless it is hidden: then it is as if there were none."""
    return session.scalar(groups_seen_by(None).where(Group.slug == slug))


def place_of(session: Session, group_id: UUID, member_id: UUID) -> Membership | None:
    """A member's place in a group."""
    return session.get(Membership, (member_id, group_id), populate_existing=True)


def people_in(group_id: UUID) -> Select[Member]:
    """The people of a group."""
    return select(Member).join(Membership, Membership.member_id == Member.id).where(Membership.group_id == group_id)


def places_in(session: Session, group_id: UUID, ids: Iterable[UUID]) -> dict[UUID, Membership]:
    """The places of some of a group's people."""
    query = select(Membership).where(Membership.group_id == group_id, Membership.member_id.in_(list(ids)))
    return {place.member_id: place for place in session.scalars(query)}


def has_convenor(session: Session, group_id: UUID, *, but: UUID | None = None) -> bool:
    """Whether somebody runs the group, other than one of them."""
    query = select(Membership.member_id).where(Membership.group_id == group_id, Membership.role == Role.CONVENOR)
    if but is not None:
        query = query.where(Membership.member_id != but)
    return session.scalar(query.limit(1)) is not None


def groups_with(session: Session, member_id: UUID) -> list[UUID]:
    """The groups that somebody is in, in the order in which whoever locks several locks them."""
    query = select(Membership.group_id).where(Membership.member_id == member_id).order_by(Membership.group_id)
    return list(session.scalars(query))


def places_over(now: datetime) -> ColumnElement[bool]:
    """The stays of guests that were to last until now."""
    return Membership.until <= now


def groups_with_stays_over(session: Session, now: datetime) -> list[UUID]:
    """The groups that somebody has to leave by now, in order."""
    query = select(Membership.group_id).where(places_over(now)).distinct().order_by(Membership.group_id)
    return list(session.scalars(query))


def forget_doings(session: Session, group_id: UUID, ids: Iterable[UUID]) -> None:
    """Delete what people have going in a group: invitations, votes, motions about them, that they raised others."""
    gone = list(ids)
    here = select(Motion.id).where(Motion.group_id == group_id)
    session.execute(delete(Invitation).where(Invitation.group_id == group_id, Invitation.made_by.in_(gone)))
    session.execute(delete(MotionVote).where(MotionVote.motion_id.in_(here), MotionVote.member_id.in_(gone)))
    session.execute(delete(Motion).where(Motion.group_id == group_id, Motion.about_member.in_(gone)))
    raised = update(Motion).where(Motion.group_id == group_id, Motion.raised_by.in_(gone))
    session.execute(raised.values(raised_by=None))


def forget_request(session: Session, group_id: UUID, member_id: UUID) -> None:
    """Delete that somebody asked to join, and what the group was deciding about it."""
    session.execute(delete(JoinRequest).where(JoinRequest.group_id == group_id, JoinRequest.member_id == member_id))
    about = (Motion.group_id == group_id, Motion.about_member == member_id)
    session.execute(delete(Motion).where(*about, Motion.kind == Kind.ADMIT, Motion.state == State.OPEN))


def forget_all_invitations(session: Session, group_id: UUID) -> None:
    """Take back every code that was handed out."""
    session.execute(delete(Invitation).where(Invitation.group_id == group_id))


def forget_all_requests(session: Session, group_id: UUID) -> None:
    """Delete that anybody asked to join."""
    session.execute(delete(JoinRequest).where(JoinRequest.group_id == group_id))
    admissions = (Motion.group_id == group_id, Motion.kind == Kind.ADMIT, Motion.state == State.OPEN)
    session.execute(delete(Motion).where(*admissions))


def invitation_of(session: Session, code_hash: str, now: datetime) -> Invitation | None:
    """The invitation of a code, while it lasts; it may be used up."""
    query = select(Invitation).where(Invitation.code_hash == code_hash, Invitation.expires_at > now)
    return session.scalar(query, execution_options=ANEW)


def invitations_in(group_id: UUID, now: datetime, *, made_by: UUID | None = None) -> Select[Invitation]:
    """A group's invitations that still work: all, or those of one member."""
    works = (Invitation.group_id == group_id, Invitation.expires_at > now, Invitation.uses_left > 0)
    query = select(Invitation).where(*works)
    return query if made_by is None else query.where(Invitation.made_by == made_by)


def lock_member(session: Session, member_id: UUID) -> None:
    """Wait until no other code of this member's is being looked at."""
    session.execute(select(Member.id).where(Member.id == member_id).with_for_update(key_share=True))


def wrong_codes_since(session: Session, member_id: UUID, since: datetime) -> int:
    """How many codes that open nothing a member tried."""
    query = select(func.count()).select_from(WrongCode).where(WrongCode.member_id == member_id, WrongCode.at > since)
    return session.scalars(query).one()


def requests_in(group_id: UUID) -> Select[JoinRequest]:
    """Who asks to join a group."""
    return select(JoinRequest).where(JoinRequest.group_id == group_id)


def requests_of(session: Session, member_id: UUID) -> list[JoinRequest]:
    """What a member asks to join."""
    query = select(JoinRequest).where(JoinRequest.member_id == member_id).order_by(JoinRequest.asked_at)
    return list(session.scalars(query))


def open_motion(session: Session, group_id: UUID, kind: Kind, about: UUID) -> Motion | None:
    """What a group is deciding about somebody."""
    this = (Motion.group_id == group_id, Motion.kind == kind, Motion.about_member == about)
    return session.scalar(select(Motion).where(*this, Motion.state == State.OPEN), execution_options=ANEW)


def motion_in(session: Session, group_id: UUID, motion_id: UUID) -> Motion | None:
    """A motion of this group."""
    query = select(Motion).where(Motion.id == motion_id, Motion.group_id == group_id)
    return session.scalar(query, execution_options=ANEW)


def motions_in(group_id: UUID) -> Select[Motion]:
    """All that a group is deciding or has decided."""
    return select(Motion).where(Motion.group_id == group_id)


def open_motions(session: Session, group_id: UUID) -> list[Motion]:
    """All that a group is deciding."""
    query = select(Motion).where(Motion.group_id == group_id, Motion.state == State.OPEN).order_by(Motion.id)
    return list(session.scalars(query, execution_options=ANEW))


def groups_with_motions(session: Session) -> list[UUID]:
    """The groups that are deciding anything, in order."""
    query = select(Motion.group_id).where(Motion.state == State.OPEN).distinct().order_by(Motion.group_id)
    return list(session.scalars(query))


def votes_on(session: Session, motion: Motion) -> Votes:
    """How a motion stands. Guests have no say, and neither has who is no longer there."""
    has_a_say = (Membership.group_id == motion.group_id) & (Membership.role != Role.GUEST)
    query = (
        select(
            func.count().filter(MotionVote.yes.is_(True)),
            func.count().filter(MotionVote.yes.is_(False)),
            func.count(),
        )
        .select_from(Membership)
        .outerjoin(MotionVote, (MotionVote.member_id == Membership.member_id) & (MotionVote.motion_id == motion.id))
        .where(has_a_say)
    )
    return Votes._make(session.execute(query).one())


def forget_votes(session: Session, motion_id: UUID) -> None:
    """Delete who said what to a motion."""
    session.execute(delete(MotionVote).where(MotionVote.motion_id == motion_id))


def votes_of(session: Session, member_id: UUID, motions: Iterable[UUID]) -> dict[UUID, bool]:
    """What a member says to some motions."""
    query = select(MotionVote).where(MotionVote.member_id == member_id, MotionVote.motion_id.in_(list(motions)))
    return {vote.motion_id: vote.yes for vote in session.scalars(query)}


def names_of(session: Session, ids: Iterable[UUID]) -> dict[UUID, str]:
    """What these members are called."""
    return dict(session.execute(select(Member.id, Member.name).where(Member.id.in_(list(ids)))).all())


def notes_of(group_id: UUID) -> Select[GroupNote]:
    """A group's log."""
    return select(GroupNote).where(GroupNote.group_id == group_id)
