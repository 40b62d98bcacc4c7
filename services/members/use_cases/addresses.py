import logging
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from services.members import phone
from services.members.errors import AddressDamaged, UnusableAddress
from services.members.links import Links
from services.members.models import Action, AddressState, Channel
from services.members.queries import SealedAddress, owner_of, sealed_addresses
from services.members.roster import mailable
from services.members.schemas import Found, SenderIdentified, Wanted
from services.members.trail import Chain
from services.members.use_cases import audit
from services.members.use_cases.granting import grant
from services.members.use_cases.preferences import revive_channel
from services.members.vault import Sealed, Vault
from shared.auth import Signer

log = logging.getLogger(__name__)


def resolve_addresses(
    session: Session,
    wanted: Sequence[Wanted],
    *,
    reason: str,
    asked_by: str,
    vault: Vault,
    chain: Chain,
    links: Links,
    now: datetime,
) -> list[Found]:
    """Open addresses for whoever is about to send, and write down that they were looked at and why."""
    sealed = {(it.member_id, it.channel): it for it in sealed_addresses(session, {item.member_id for item in wanted})}
    opened = {
        (item.member_id, item.channel): _opened(sealed[item.member_id, Channel(item.channel)], vault, links, now.date())
        for item in wanted
        if (item.member_id, item.channel) in sealed
    }
    seen = [audit.Subject(*key) for key, found in opened.items() if found.address]
    nothing = [Found(member_id=item.member_id, channel=item.channel) for item in wanted]
    if seen:
        audit.write(session, chain, asked_by, Action.LOOKED, seen, reason=reason, now=now)
    return [opened.get((none.member_id, none.channel), none) for none in nothing]


def identify_sender(
    session: Session, channel: Channel, sender: str, *, vault: Vault, signer: Signer, now: datetime
) -> SenderIdentified:
    """Who wrote from this address, and a token to act for them.

    A stopped address still says who its owner is: START comes from there. One that had failed is tried again: whoever
    writes from it plainly has it.
    """
    index = vault.index(channel, _normalised(channel, sender))
    owner = owner_of(session, channel, index)
    if owner is None:
        return SenderIdentified(index=index)
    if owner.state is AddressState.FAILED:
        revive_channel(session, owner.member_id, channel, now=now)
    token = grant(session, owner.member_id, signer, strong=False)
    return SenderIdentified(index=index, member_id=owner.member_id, token=token)


def _opened(sealed: SealedAddress, vault: Vault, links: Links, today: date) -> Found:
    found = Found(member_id=sealed.member_id, channel=sealed.channel)
    try:
        address = vault.open(sealed.member_id, sealed.wrapped, sealed.channel, Sealed(sealed.nonce, sealed.ciphertext))
    except AddressDamaged:
        # The others are still sent to; whoever reads the log has one address to ask for again.
        log.exception(
            "an address in the vault is damaged", extra={"member_id": sealed.member_id, "channel": sealed.channel}
        )
        return found
    link = links.code(sealed.member_id, max(today, sealed.links_valid_from))
    return found.model_copy(update={"address": address, "index": sealed.blind_index, "link": link})


def _normalised(channel: Channel, sender: str) -> str:
    if channel is Channel.SMS:
        return phone.as_told(sender)
    try:
        return mailable(sender)
    except UnusableAddress:
        return sender.strip()
