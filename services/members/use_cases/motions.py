from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.members.errors.groups import MotionDecided, MotionOpen, MotionUnusable, NoSuchMotion
from services.members.majority import State, state_of
from services.members.models import Kind, Membership, Motion, MotionVote
from services.members.queries.groups import (
    claim_group,
    forget_request,
    forget_votes,
    has_convenor,
    motion_in,
    names_of,
    open_motion,
    open_motions,
    place_of,
    votes_of,
    votes_on,
)
from services.members.schemas.groups import MotionView
from services.members.use_cases.belonging import let_in, note_no_convenor
from services.members.use_cases.standing import enter
from shared.auth import Caller
from shared.contracts.members import GroupJoined, Role
from shared.messaging import publish

# What somebody must be for a motion about them, and what they are once it is carried.
BECOMES = {Kind.ELECT: (Role.MEMBER, Role.CONVENOR), Kind.STAND_DOWN: (Role.CONVENOR, Role.MEMBER)}


def raise_motion(session: Session, group_id: UUID, kind: Kind, about: UUID, *, caller: Caller, now: datetime) -> Motion:
    """Have the group decide who runs it. Anybody in it may ask that, also about themself.

    Who is to be admitted asks for it; see `join_requests`.
    """
    here = enter(session, group_id, caller)
    here.refuse_strangers()
    _refuse_pointless(kind, place_of(session, group_id, about))
    if open_motion(session, group_id, kind, about):
        raise MotionOpen("Say what you think by a vote on it.")
    motion = Motion.raised(group_id, kind, about, here.member_id, now)
    session.add(motion)
    session.flush()
    return motion


def vote(session: Session, group_id: UUID, motion_id: UUID, *, yes: bool, caller: Caller, now: datetime) -> Motion:
    """Say yes or no to a motion, or say it anew. It is decided as soon as nothing can turn it any more."""
    here = enter(session, group_id, caller)
    here.refuse_strangers()
    motion = motion_in(session, group_id, motion_id)
    if motion is None:
        raise NoSuchMotion("Look at what the group is deciding, and choose again.")
    if not motion.is_open(now):
        raise MotionDecided("Look at how it ended.")
    session.merge(MotionVote(motion_id=motion_id, member_id=here.member_id, yes=yes))
    session.flush()
    _settle(session, motion, now)
    return motion


def settle_motions(session: Session, group_id: UUID, *, now: datetime) -> None:
    """Decide what is due in a group, and what those who left had kept undecided."""
    if claim_group(session, group_id):
        for motion in open_motions(session, group_id):
            _settle(session, motion, now)


def shown(session: Session, found: Sequence[Motion], caller: Caller) -> list[MotionView]:
    """Motions of one group, as somebody in it sees them."""
    names = names_of(session, [motion.about_member for motion in found])
    mine = votes_of(session, caller.member_id, [motion.id for motion in found]) if caller.member_id else {}
    return [
        MotionView.of(
            motion,
            name=names[motion.about_member],
            my_vote=mine.get(motion.id),
            leaves_no_convenor=_leaves_no_convenor(session, motion),
        )
        for motion in found
    ]


def _leaves_no_convenor(session: Session, motion: Motion) -> bool:
    last = motion.kind is Kind.STAND_DOWN and motion.state is State.OPEN
    return last and not has_convenor(session, motion.group_id, but=motion.about_member)


def _refuse_pointless(kind: Kind, place: Membership | None) -> None:
    if kind is Kind.ADMIT:
        raise MotionUnusable("Whoever wants to join asks for it themself.")
    needed, _ = BECOMES[kind]
    if place is None or place.role is not needed:
        raise MotionUnusable(f"Choose somebody who is a {needed} of the group.")


def _settle(session: Session, motion: Motion, now: datetime) -> None:
    votes = votes_on(session, motion)
    motion.state = state_of(*votes, closed=motion.closes_at <= now)
    if motion.state is State.OPEN:
        return
    motion.yes, motion.no = votes.yes, votes.no
    forget_votes(session, motion.id)
    if motion.state is State.CARRIED:
        _carry_out(session, motion, now)
    if motion.kind is Kind.ADMIT:
        forget_request(session, motion.group_id, motion.about_member)


def _carry_out(session: Session, motion: Motion, now: datetime) -> None:
    group_id, member_id = motion.group_id, motion.about_member
    if motion.kind is Kind.ADMIT:
        let_in(session, group_id, member_id, Role.MEMBER, now=now)
        return
    place = place_of(session, group_id, member_id)
    needed, becomes = BECOMES[motion.kind]
    # An import may have made them what they are to become, or something else, while the group was voting.
    if place is None or place.role is not needed:
        return
    place.become(becomes)
    publish(session, GroupJoined(member_id=member_id, group_id=group_id, role=becomes), now=now)
    if becomes is Role.MEMBER:
        note_no_convenor(session, group_id, now=now)
