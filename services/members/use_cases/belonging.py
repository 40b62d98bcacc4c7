"""Coming into a group and leaving it. Every way in and out ends here, and is told to the other services."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, or_
from sqlalchemy.orm import Session

from services.members.errors.groups import NotOpenToAll
from services.members.models import Group, GroupNote, Happening, Membership
from services.members.queries.groups import (
    claim_group,
    forget_doings,
    forget_request,
    groups_with,
    has_convenor,
    lock_group,
    place_of,
    places_over,
)
from services.members.queries.people import duties_of
from services.members.use_cases.standing import enter
from shared.auth import Caller
from shared.contracts.members import GroupJoined, GroupLeft, Role, Visibility
from shared.messaging import publish


def join_group(session: Session, group_id: UUID, caller: Caller, *, now: datetime) -> tuple[Group, Membership]:
    """Come into a group that is open to all. Who belongs already stays as they are."""
    here = enter(session, group_id, caller)
    if here.place is not None and here.has_a_say:
        return here.group, here.place
    if here.group.visibility is not Visibility.OPEN:
        raise NotOpenToAll("Ask to join it, or ask somebody in it for an invitation.")
    return here.group, let_in(session, group_id, here.member_id, Role.MEMBER, now=now)


def leave_group(session: Session, group_id: UUID, member_id: UUID, *, now: datetime) -> None:
    """Be of a group no more, at once and for no reason; guests who came along go too. Nothing remembers it.

    Who does not belong has nothing to leave, and is not told whether there is such a group.
    """
    if place_of(session, group_id, member_id) is None:
        return
    lock_group(session, group_id)
    _take_out(session, group_id, or_(Membership.member_id == member_id, Membership.came_with == member_id), now)


def leave_all_groups(session: Session, member_id: UUID, *, now: datetime) -> None:
    """Be of no group any more."""
    for group_id in groups_with(session, member_id):
        leave_group(session, group_id, member_id, now=now)


def end_stays(session: Session, group_id: UUID, *, now: datetime) -> None:
    """Let a group's guests go whose stay is over."""
    if claim_group(session, group_id):
        _take_out(session, group_id, places_over(now), now)


def let_in(
    session: Session,
    group_id: UUID,
    member_id: UUID,
    role: Role,
    *,
    came_with: UUID | None = None,
    until: datetime | None = None,
    now: datetime,
) -> Membership:
    """Give somebody a place, or make a guest's into one of their own. The group is locked by who calls this."""
    place = place_of(session, group_id, member_id)
    if place is None:
        place = Membership(member_id=member_id, group_id=group_id, role=role, joined_at=now)
        place.came_with, place.until = came_with, until
        session.add(place)
        note_worker(session, group_id, member_id, Happening.WORKER_JOINED, now=now)
    elif place.is_guest:
        place.become(role)
    forget_request(session, group_id, member_id)
    publish(session, GroupJoined(member_id=member_id, group_id=group_id, role=place.role), now=now)
    return place


def note_worker(session: Session, group_id: UUID, member_id: UUID, what: Happening, *, now: datetime) -> None:
    """Let the group know what somebody did, if they work for the programme."""
    if duties_of(session, member_id):
        session.add(GroupNote(group_id=group_id, at=now, what=what, member_id=member_id))


def note_no_convenor(session: Session, group_id: UUID, *, now: datetime) -> None:
    """Let the group know that nobody runs it, where nobody does."""
    if not has_convenor(session, group_id):
        session.add(GroupNote(group_id=group_id, at=now, what=Happening.NO_CONVENOR))


def _take_out(session: Session, group_id: UUID, which: ColumnElement[bool], now: datetime) -> None:
    gone = delete(Membership).where(Membership.group_id == group_id, which)
    left = dict(session.execute(gone.returning(Membership.member_id, Membership.role)).all())
    forget_doings(session, group_id, left)
    for member_id in left:
        note_worker(session, group_id, member_id, Happening.WORKER_LEFT, now=now)
        publish(session, GroupLeft(member_id=member_id, group_id=group_id), now=now)
    if Role.CONVENOR in left.values():
        note_no_convenor(session, group_id, now=now)
