"""What of a record goes to the one that it becomes part of. What is not named here ends with it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, or_, select, tuple_, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from services.members.majority import State
from services.members.models import (
    AccessNeed,
    Challenge,
    Consent,
    Experience,
    Group,
    Helping,
    Invitation,
    JoinRequest,
    ListedPlace,
    Look,
    MemberKey,
    MembersBase,
    Motion,
    MotionVote,
    WrongCode,
)
from services.members.queries.base import among
from services.members.queries.groups import forget_request, listed_places_of, memberships_of
from services.members.queries.vault import addresses_of, keys_of
from services.members.vault import Sealed, Vault
from shared.contracts.members import GroupJoined, Role
from shared.erasure import columns_with_members, forget
from shared.messaging import publish_all

Whose = InstrumentedAttribute[UUID]
AS_IT_IS = {"synchronize_session": False}
RANK = {Role.GUEST: 0, Role.MEMBER: 1, Role.CONVENOR: 2}

MOVED: tuple[Whose, ...] = (
    Experience.member_id,
    Helping.helper_id,
    Helping.member_id,
    Invitation.made_by,
    JoinRequest.member_id,
    Look.member_id,
    Motion.about_member,
    MotionVote.member_id,
    WrongCode.member_id,
)


def merge_records(session: Session, keep_id: UUID, gone_id: UUID, *, vault: Vault, now: datetime) -> None:
    """Give all that goes along to the record that is kept, and forget the rest. Only the row of the other is left."""
    keys = {key.member_id: key for key in keys_of(session, [keep_id, gone_id])}
    keep, gone = keys[keep_id], keys[gone_id]
    _move_addresses(session, keep, gone, vault)
    _move_needs(session, keep, gone, vault)
    _end_help(session, keep_id, gone_id, now)
    _move_rows(session, keep_id, gone_id)
    _move_places(session, keep_id, gone_id, now)
    _move_listed(session, keep_id, gone_id, vault)
    session.flush()
    session.execute(delete(Challenge).where(Challenge.member_id == gone_id))
    _move_mentions(session, keep_id, gone_id)
    forget(session, MembersBase.metadata, gone_id)


def _move_addresses(session: Session, keep: MemberKey, gone: MemberKey, vault: Vault) -> None:
    """Where the kept record had none, also with what was said of that channel. Elsewhere its own stays alone."""
    here = {it.channel for it in addresses_of(session, [keep.member_id])}
    moved = [it for it in addresses_of(session, [gone.member_id]) if it.channel not in here]
    for it in moved:
        sealed = _sealed_anew(vault, keep, gone, it.channel, Sealed(it.nonce, it.ciphertext))
        it.member_id, it.nonce, it.ciphertext = keep.member_id, sealed.nonce, sealed.ciphertext
    said = Consent.member_id == gone.member_id, among(Consent.channel, {it.channel for it in moved})
    session.execute(update(Consent).where(*said).values(member_id=keep.member_id), execution_options=AS_IT_IS)


def _move_needs(session: Session, keep: MemberKey, gone: MemberKey, vault: Vault) -> None:
    """Those of which the kept record says nothing."""
    theirs = select(AccessNeed).where(AccessNeed.member_id.in_([keep.member_id, gone.member_id]))
    needs = session.scalars(theirs).all()
    said = {it.need for it in needs if it.member_id == keep.member_id}
    for it in needs:
        if it.need in said:
            continue
        it.member_id = keep.member_id
        if it.nonce is not None and it.words is not None:
            sealed = _sealed_anew(vault, keep, gone, it.need, Sealed(it.nonce, it.words))
            it.nonce, it.words = sealed.nonce, sealed.ciphertext


def _sealed_anew(vault: Vault, keep: MemberKey, gone: MemberKey, sort: str, sealed: Sealed) -> Sealed:
    words = vault.open(gone.member_id, gone.wrapped, sort, sealed)
    return vault.seal(keep.member_id, keep.wrapped, sort, words)


def _end_help(session: Session, keep_id: UUID, gone_id: UUID, now: datetime) -> None:
    """Who was helping one record is not therefore helping the other; and nobody helps themself."""
    both = Helping.helper_id.in_([keep_id, gone_id]) & Helping.member_id.in_([keep_id, gone_id])
    session.execute(delete(Helping).where(both), execution_options=AS_IT_IS)
    ended = update(Helping).where(or_(Helping.helper_id == gone_id, Helping.member_id == gone_id))
    session.execute(ended.values(until=func.least(Helping.until, now)), execution_options=AS_IT_IS)


def _move_rows(session: Session, keep_id: UUID, gone_id: UUID) -> None:
    """Of what there is one of each, that of the kept record stays."""
    is_open = Motion.state == State.OPEN
    _drop_seconds(session, Motion.about_member, (Motion.group_id, Motion.kind), keep_id, gone_id, is_open)
    _drop_seconds(session, MotionVote.member_id, (MotionVote.motion_id,), keep_id, gone_id)
    _drop_seconds(session, JoinRequest.member_id, (JoinRequest.group_id,), keep_id, gone_id)
    for whose in MOVED:
        moved = update(whose.class_).where(whose == gone_id).values({whose.key: keep_id})
        session.execute(moved, execution_options=AS_IT_IS)


def _drop_seconds(
    session: Session, whose: Whose, same: tuple[Any, ...], keep_id: UUID, gone_id: UUID, *which: ColumnElement[bool]
) -> None:
    kept = select(*same).where(whose == keep_id, *which)
    seconds = delete(whose.class_).where(whose == gone_id, tuple_(*same).in_(kept), *which)
    session.execute(seconds, execution_options=AS_IT_IS)


def _move_places(session: Session, keep_id: UUID, gone_id: UUID, now: datetime) -> None:
    """In a group that both are in, they are the higher of the two. Whoever belongs asks to join no more."""
    mine = {place.group_id: place for place in memberships_of(session, [keep_id])}
    joined = []
    for theirs in memberships_of(session, [gone_id]):
        place = mine.setdefault(theirs.group_id, theirs)
        if place is theirs:
            theirs.member_id = keep_id
        elif RANK[theirs.role] > RANK[place.role]:
            place.become(theirs.role)
        joined.append(GroupJoined(member_id=keep_id, group_id=place.group_id, role=place.role))
    publish_all(session, joined, now=now)
    for place in mine.values():
        if not place.is_guest:
            forget_request(session, place.group_id, keep_id)


def _move_listed(session: Session, keep_id: UUID, gone_id: UUID, vault: Vault) -> None:
    """What either left they stay out of, whatever list comes."""
    listed = {place.place_hash for place in listed_places_of(session, [gone_id])}
    for group_id in session.scalars(select(Group.id)).all():
        if vault.place_hash(gone_id, group_id) in listed:
            session.merge(ListedPlace(member_id=keep_id, place_hash=vault.place_hash(keep_id, group_id)))


def _move_mentions(session: Session, keep_id: UUID, gone_id: UUID) -> None:
    """What only mentions the other record mentions the kept one from now on."""
    for column in columns_with_members(MembersBase.metadata):
        if column.nullable:
            session.execute(update(column.table).where(column == gone_id).values({column.name: keep_id}))
