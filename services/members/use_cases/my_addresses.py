import logging
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.members.address_hints import hint
from services.members.confidence import confidence
from services.members.errors.vault import AddressDamaged
from services.members.models import Address, MemberKey
from services.members.queries.vault import addresses_of
from services.members.schemas.addresses import MyAddress
from services.members.vault import Sealed, Vault

log = logging.getLogger(__name__)


def list_my_addresses(session: Session, member_id: UUID, *, vault: Vault, now: datetime) -> list[MyAddress]:
    """A member's own addresses. Whoever holds their phone for a moment reads no more of them than a hint."""
    key = session.get(MemberKey, member_id)
    return [_shown(it, key.wrapped, vault, now) for it in addresses_of(session, [member_id])] if key else []


def _shown(address: Address, wrapped: bytes, vault: Vault, now: datetime) -> MyAddress:
    try:
        sealed = Sealed(address.nonce, address.ciphertext)
        shown = hint(address.channel, vault.open(address.member_id, wrapped, address.channel, sealed))
    except AddressDamaged:
        log.exception("an address in the vault is damaged", extra={"member_id": address.member_id})
        shown = ""
    return MyAddress(
        id=address.id,
        channel=address.channel,
        state=address.state,
        hint=shown,
        added_at=address.added_at,
        confirmed_at=address.confirmed_at,
        confidence=round(confidence(address.confirmed_at, now), 2),
        needs_confirming=address.is_stale(now),
    )
