"""An address becomes a member's own, or stops being so. How it was proven is told by whoever calls this."""

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from sqlalchemy.orm import Session

from services.members.errors.sign_in import AddressKept
from services.members.models import Action, Address, AddressClaim, AddressState, Channel, Member, MemberKey
from services.members.queries.base import locked_members
from services.members.queries.sign_in import card_last_shown
from services.members.queries.vault import address_at, addresses_of
from services.members.trail import Chain
from services.members.use_cases import audit
from services.members.use_cases.preferences import telling
from services.members.vault import Sealed, Vault

# Long enough for somebody who lost a card to come in by mail and say so.
KEPT_AFTER_A_CARD = timedelta(days=7)


@dataclass(frozen=True)
class Proven:
    """An address that a member has shown to be theirs."""

    member_id: UUID
    channel: Channel
    sealed: Sealed
    blind_index: str

    @classmethod
    def by_code(cls, claim: AddressClaim) -> Self:
        """One whose code was entered."""
        return cls(claim.member_id, claim.channel, Sealed(claim.nonce, claim.ciphertext), claim.blind_index)

    @classmethod
    def of(cls, key: MemberKey, channel: Channel, address: str, vault: Vault) -> Self:
        """One that they have in their hands."""
        sealed = vault.seal(key.member_id, key.wrapped, channel, address)
        return cls(key.member_id, channel, sealed, vault.index(channel, address))


def may_have(here: Address | None, member_id: UUID, now: datetime) -> bool:
    """Whether an address can become this member's: it is nobody's, theirs, or surely nobody's any more."""
    return here is None or here.member_id == member_id or here.is_stale(now)


def own_address(session: Session, proven: Proven, *, by: UUID, reason: str, chain: Chain, now: datetime) -> None:
    """Make an address a member's own, in place of what they had on its channel. `by` is who showed that it is."""
    here = address_at(session, proven.channel, proven.blind_index)
    owner = here.member_id if here else proven.member_id
    with ExitStack() as telling_all:
        for member in locked_members(session, {proven.member_id, owner}):
            telling_all.enter_context(telling(session, member, now))
        if here is not None and owner == proven.member_id:
            here.confirm(now)
        else:
            _take(session, proven, here, now)
        session.flush()
    if owner != proven.member_id:
        theirs = audit.Subject(owner, proven.channel)
        why = "because somebody else has it now"
        audit.write(session, chain, "members", Action.ADDRESS_REMOVED, [theirs], reason=why, now=now)
    mine = audit.Subject(proven.member_id, proven.channel)
    audit.write(session, chain, by, Action.ADDRESS_CONFIRMED, [mine], reason=reason, now=now)


def remove_address(session: Session, member_id: UUID, address_id: UUID, *, chain: Chain, now: datetime) -> None:
    """Forget a member's address, also one that they do not have; raises AddressKept."""
    for member in locked_members(session, [member_id]):
        found = [it for it in addresses_of(session, [member_id]) if it.id == address_id]
        with telling(session, member, now):
            _forget(session, member, found, now)
        if found:
            subjects = [audit.Subject(member_id, it.channel) for it in found]
            audit.write(session, chain, member_id, Action.ADDRESS_REMOVED, subjects, reason="", now=now)


def _take(session: Session, proven: Proven, theirs: Address | None, now: datetime) -> None:
    """Put an address in the place of the member's others of its channel; if those were stopped, it is too."""
    old = [it for it in addresses_of(session, [proven.member_id]) if it.channel is proven.channel]
    stopped = any(it.state is AddressState.STOPPED for it in old)
    _forget(session, session.get_one(Member, proven.member_id), old, now)
    if theirs is not None:
        session.delete(theirs)
        session.flush()
    session.add(
        Address(
            member_id=proven.member_id,
            channel=proven.channel,
            nonce=proven.sealed.nonce,
            ciphertext=proven.sealed.ciphertext,
            blind_index=proven.blind_index,
            state=AddressState.STOPPED if stopped else AddressState.ACTIVE,
            added_at=now,
            confirmed_at=now,
        )
    )


def _refuse_found_card(session: Session, address: Address, now: datetime) -> None:
    """Raises AddressKept for a week after a card was shown, unless a code that was sent there was entered since.

    It is about mail. A number goes at once when its phone is said to be lost, for which a card is enough, and people
    change theirs often: to keep it for them would keep nobody out.
    """
    if address.channel is not Channel.EMAIL or address.state is not AddressState.ACTIVE or address.is_stale(now):
        return
    shown = card_last_shown(session, address.member_id)
    if shown is not None and address.confirmed_at <= shown and now < shown + KEPT_AFTER_A_CARD:
        raise AddressKept


def _forget(session: Session, member: Member, addresses: Iterable[Address], now: datetime) -> None:
    """Drop addresses, and take back the links that were sent there."""
    for address in addresses:
        _refuse_found_card(session, address, now)
        session.delete(address)
        member.revoke_links(now.date())
    session.flush()
