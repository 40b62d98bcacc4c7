from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from services.members.models import (
    Address,
    AddressClaim,
    AddressState,
    Challenge,
    Channel,
    Member,
    MemberKey,
)
from services.members.queries.base import among

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class SealedAddress(NamedTuple):
    """An address and what it takes to open it and to make a link for its owner.

    `channel` and `blind_index` are those to send over. It was sealed as an address of `sealed_as`, which is another for
    a WhatsApp number that a code goes to by text.
    """

    member_id: UUID
    channel: Channel
    nonce: bytes
    ciphertext: bytes
    blind_index: str
    wrapped: bytes
    links_valid_from: date
    confirmed_at: datetime
    sealed_as: Channel


def owners_of(session: Session, indexes: Collection[str]) -> set[UUID]:
    """The members who have any of these addresses."""
    return set(session.scalars(select(Address.member_id).where(among(Address.blind_index, indexes))))


def addresses_of(session: Session, ids: Collection[UUID]) -> list[Address]:
    """Every address of these members, oldest first."""
    query = select(Address).where(among(Address.member_id, ids)).order_by(Address.added_at, Address.id)
    return list(session.scalars(query))


def keys_of(session: Session, ids: Collection[UUID]) -> list[MemberKey]:
    """The wrapped data keys of these members."""
    return list(session.scalars(select(MemberKey).where(among(MemberKey.member_id, ids))))


def sealed_addresses(session: Session, ids: Iterable[UUID]) -> list[SealedAddress]:
    """Where these members may be written to, oldest first: addresses that are stopped or failed are left out."""
    query = _sealed().where(among(Address.member_id, set(ids)), Address.state == AddressState.ACTIVE)
    return [SealedAddress._make(row) for row in session.execute(query.order_by(Address.added_at, Address.id))]


def claimed_addresses(session: Session, challenges: Collection[UUID]) -> dict[UUID, SealedAddress]:
    """By challenge, the addresses that members say are theirs. Nothing has ever been heard from there."""
    if not challenges:
        return {}
    query = (
        select(AddressClaim, Challenge.channel, Challenge.blind_index, MemberKey.wrapped, Member.links_valid_from)
        .join(Challenge, Challenge.id == AddressClaim.challenge_id)
        .join(MemberKey, MemberKey.member_id == AddressClaim.member_id)
        .join(Member, Member.id == AddressClaim.member_id)
        .where(among(AddressClaim.challenge_id, challenges))
    )
    return {
        it.challenge_id: SealedAddress(
            it.member_id, channel, it.nonce, it.ciphertext, index, wrapped, valid_from, NEVER, it.channel
        )
        for it, channel, index, wrapped, valid_from in session.execute(query)
        if channel and index
    }


def any_sealed_address(session: Session) -> SealedAddress | None:
    """One address, to try a key on; None while the vault is empty."""
    row = session.execute(_sealed().limit(1)).first()
    return SealedAddress._make(row) if row else None


def address_at(session: Session, channel: Channel, index: str) -> Address | None:
    """The address that has this blind index, also where it is stopped or has failed."""
    return session.scalar(select(Address).where(Address.channel == channel, Address.blind_index == index))


def _sealed() -> Select[UUID, Channel, bytes, bytes, str, bytes, date, datetime, Channel]:
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
            Address.channel,
        )
        .join(MemberKey, MemberKey.member_id == Address.member_id)
        .join(Member, Member.id == Address.member_id)
    )
