from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, any_, exists, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on
from sqlalchemy.orm import InstrumentedAttribute, Session

from services.members.models import (
    Address,
    AddressClaim,
    AddressState,
    Authenticator,
    Channel,
    Consent,
    DutyGiven,
    Experience,
    Group,
    Helping,
    Member,
    MemberKey,
    MemberSession,
    Membership,
    Passkey,
    hashed,
)
from shared.auth import Caller
from shared.contracts.members import Duty

# Any number that no other lock of this database uses.
ADDING = 7_351
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class SealedAddress(NamedTuple):
    """An address and what it takes to open it and to make a link for its owner."""

    member_id: UUID
    channel: Channel
    nonce: bytes
    ciphertext: bytes
    blind_index: str
    wrapped: bytes
    links_valid_from: date
    confirmed_at: datetime


def among(column: InstrumentedAttribute[Any], values: Collection[Any]) -> ColumnElement[bool]:
    """`column IN values` as one array, however many: a parameter each would be slow, and no more than 65,535."""
    return column == any_(literal(list(values), ARRAY(column.type)))


def group_called(session: Session, name: str, slug: str) -> Group | None:
    """The group of a name, or of a short name."""
    return session.scalar(select(Group).where(or_(func.lower(Group.name) == name.lower(), Group.slug == slug)).limit(1))


def one_at_a_time(session: Session) -> None:
    """Wait until nobody else adds members or groups: two at once would both add what neither knows."""
    session.execute(select(func.pg_advisory_xact_lock(ADDING)))


def owners_of(session: Session, indexes: Collection[str]) -> set[UUID]:
    """The members who have any of these addresses."""
    return set(session.scalars(select(Address.member_id).where(among(Address.blind_index, indexes))))


def locked_members(session: Session, ids: Collection[UUID]) -> list[Member]:
    """Members whom nobody else changes, or tells others about, until this transaction ends."""
    return list(session.scalars(select(Member).where(among(Member.id, ids)).order_by(Member.id).with_for_update()))


def addresses_of(session: Session, ids: Collection[UUID]) -> list[Address]:
    """Every address of these members, oldest first."""
    query = select(Address).where(among(Address.member_id, ids)).order_by(Address.added_at, Address.id)
    return list(session.scalars(query))


def last_said(session: Session, ids: Collection[UUID]) -> list[Consent]:
    """What these members said last of each purpose and channel."""
    return list(session.scalars(last_words().where(among(Consent.member_id, ids))))


def last_words() -> Select[Consent]:
    """What everybody said last of each purpose and channel."""
    whose = (Consent.member_id, Consent.purpose, Consent.channel)
    return select(Consent).ext(distinct_on(*whose)).order_by(*whose, Consent.number.desc())


def memberships_of(session: Session, ids: Collection[UUID]) -> list[Membership]:
    """The memberships of these members."""
    return list(session.scalars(select(Membership).where(among(Membership.member_id, ids))))


def keys_of(session: Session, ids: Collection[UUID]) -> list[MemberKey]:
    """The wrapped data keys of these members."""
    return list(session.scalars(select(MemberKey).where(among(MemberKey.member_id, ids))))


def groups_of(session: Session, member_id: UUID) -> list[tuple[Group, Membership]]:
    """A member's groups and what they are in them."""
    query = select(Group, Membership).join(Membership, Membership.group_id == Group.id).order_by(Group.slug)
    return [(group, place) for group, place in session.execute(query.where(Membership.member_id == member_id))]


def duties_of(session: Session, member_id: UUID) -> set[Duty]:
    """What a member does for the programme."""
    return set(session.scalars(select(DutyGiven.duty).where(DutyGiven.member_id == member_id)))


def workers() -> Select[Member]:
    """Everybody who does anything for the programme."""
    return select(Member).where(exists().where(DutyGiven.member_id == Member.id))


def experiences_of(session: Session, member_id: UUID) -> list[Experience]:
    """What a member ever said of using the service, the last first."""
    query = select(Experience).where(Experience.member_id == member_id)
    return list(session.scalars(query.order_by(Experience.said_at.desc(), Experience.id.desc())))


def last_experience(session: Session, member_id: UUID) -> Experience | None:
    """What a member said of it last: that counts."""
    return next(iter(experiences_of(session, member_id)), None)


def workers_among(session: Session, ids: Collection[UUID]) -> set[UUID]:
    """Which of these members do anything for the programme."""
    return set(session.scalars(select(DutyGiven.member_id).where(among(DutyGiven.member_id, ids))))


def inhabited_groups(session: Session) -> set[UUID]:
    """The groups that have people."""
    return set(session.scalars(select(Membership.group_id).distinct()))


def is_helping(session: Session, helper_id: UUID, member_id: UUID, now: datetime) -> bool:
    """Whether somebody is helping a member at this moment."""
    mine = exists().where(Helping.helper_id == helper_id, Helping.member_id == member_id, Helping.until > now)
    return bool(session.scalar(select(mine)))


def helping_now(session: Session, helper_id: UUID, member_id: UUID, now: datetime) -> Helping | None:
    """The help that somebody is giving a member at this moment."""
    mine = Helping.helper_id == helper_id, Helping.member_id == member_id, Helping.until > now
    return session.scalar(select(Helping).where(*mine).limit(1))


def helpers_of(session: Session, member_id: UUID) -> list[tuple[Helping, str]]:
    """Who helped a member, by the name they choose, the last first."""
    query = select(Helping, Member.name).join(Member, Member.id == Helping.helper_id)
    found = session.execute(query.where(Helping.member_id == member_id).order_by(Helping.began_at.desc()))
    return [(helping, name) for helping, name in found]


def sealed_addresses(session: Session, ids: Iterable[UUID]) -> list[SealedAddress]:
    """Where these members may be written to, oldest first: addresses that are stopped or failed are left out."""
    query = _sealed().where(among(Address.member_id, set(ids)), Address.state == AddressState.ACTIVE)
    return [SealedAddress._make(row) for row in session.execute(query.order_by(Address.added_at, Address.id))]


def claimed_addresses(session: Session, challenges: Collection[UUID]) -> dict[UUID, SealedAddress]:
    """By challenge, the addresses that members say are theirs. Nothing has ever been heard from there."""
    if not challenges:
        return {}
    query = (
        select(AddressClaim, MemberKey.wrapped, Member.links_valid_from)
        .join(MemberKey, MemberKey.member_id == AddressClaim.member_id)
        .join(Member, Member.id == AddressClaim.member_id)
        .where(among(AddressClaim.challenge_id, challenges))
    )
    return {
        it.challenge_id: SealedAddress(
            it.member_id, it.channel, it.nonce, it.ciphertext, it.blind_index, wrapped, valid_from, NEVER
        )
        for it, wrapped, valid_from in session.execute(query)
    }


def any_sealed_address(session: Session) -> SealedAddress | None:
    """One address, to try a key on; None while the vault is empty."""
    row = session.execute(_sealed().limit(1)).first()
    return SealedAddress._make(row) if row else None


def address_at(session: Session, channel: Channel, index: str) -> Address | None:
    """The address that has this blind index, also where it is stopped or has failed."""
    return session.scalar(select(Address).where(Address.channel == channel, Address.blind_index == index))


def session_by_secret(session: Session, secret: str, now: datetime) -> MemberSession | None:
    """The session a device holds the secret of, while it lasts."""
    found = session.get(MemberSession, hashed(secret))
    return found if found and found.expires_at > now else None


def session_of_caller(session: Session, caller: Caller, now: datetime) -> MemberSession | None:
    """The session a token is of, while it lasts; locked, so that two requests do not both change it."""
    mine = select(MemberSession).where(
        MemberSession.id == caller.session_id,
        MemberSession.member_id == caller.member_id,
        MemberSession.expires_at > now,
    )
    return session.scalar(mine.with_for_update())


def passkeys_of(session: Session, member_id: UUID) -> list[Passkey]:
    """A member's passkeys, oldest first."""
    return list(session.scalars(select(Passkey).where(Passkey.member_id == member_id).order_by(Passkey.id)))


def passkey_by(session: Session, credential_id: bytes) -> Passkey | None:
    """The passkey that a device knows by this id; locked, so that it is not used twice at once."""
    return session.scalar(select(Passkey).where(Passkey.credential_id == credential_id).with_for_update())


def authenticator_of(session: Session, member_id: UUID, *, lock: bool = False) -> Authenticator | None:
    """A member's authenticator app, confirmed or not."""
    return session.get(Authenticator, member_id, with_for_update=lock or None)


def _sealed() -> Select[UUID, Channel, bytes, bytes, str, bytes, date, datetime]:
    return (
        select(
            Address.member_id,
            Address.channel,
            Address.nonce,
            Address.ciphertext,
            Address.blind_index,
            MemberKey.wrapped,
            Member.links_valid_from,
            Address.confirmed_at,
        )
        .join(MemberKey, MemberKey.member_id == Address.member_id)
        .join(Member, Member.id == Address.member_id)
    )
