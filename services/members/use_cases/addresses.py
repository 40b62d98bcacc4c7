import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from services.members import phone
from services.members.confidence import HALF_LIFE, is_stale
from services.members.errors.files import UnusableAddress
from services.members.errors.vault import AddressDamaged
from services.members.links import DAYS_VALID, Links
from services.members.models import Action, Channel
from services.members.queries.vault import SealedAddress, address_at, claimed_addresses, sealed_addresses
from services.members.roster import mailable
from services.members.schemas.vault import Found, SenderIdentified, Wanted
from services.members.trail import Chain
from services.members.use_cases import audit
from services.members.use_cases.granting import grant
from services.members.use_cases.way_in import WayIn
from services.members.vault import Sealed, Vault
from shared.auth import Signer

CODE_REASON = "to send a sign-in code"

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
    way_in: WayIn,
    now: datetime,
) -> list[Found]:
    """Open addresses for whoever is about to send, and write down that they were looked at and why.

    With an address that a code goes to comes the code: here it is told to whoever sends it, and nowhere else.
    """
    sealed = _sealed_for(session, wanted)
    opened = {it: _opened(it, vault, links, now) for it in dict.fromkeys(sealed) if it is not None}
    seen = {audit.Subject(it.member_id, it.channel) for it, found in opened.items() if found.address}
    for_code = {audit.Subject(item.member_id, item.channel) for item in wanted if item.challenge_id} & seen
    for why, looked in ((CODE_REASON, for_code), (reason, seen - for_code)):
        if looked:
            audit.write(session, chain, asked_by, Action.LOOKED, sorted(looked), reason=why, now=now)
    found = [
        opened[it] if it is not None else Found(member_id=item.member_id, channel=item.channel)
        for item, it in zip(wanted, sealed, strict=True)
    ]
    return [way_in.beside(session, item, here, now) for item, here in zip(wanted, found, strict=True)]


def identify_sender(
    session: Session, channel: Channel, sender: str, *, vault: Vault, signer: Signer, now: datetime
) -> SenderIdentified:
    """Who wrote from this address, and a token to act for them.

    A stopped address still says who its owner is: START comes from there. One that is stale says nobody's name, like a
    stranger's: whoever writes from it plainly has it, and may not be who had it.
    """
    index = vault.index(channel, normalised(channel, sender))
    address = address_at(session, channel, index)
    if address is None or address.is_stale(now):
        return SenderIdentified(index=index)
    address.heard(now)
    token = grant(session, address.member_id, signer, strong=False)
    return SenderIdentified(index=index, member_id=address.member_id, token=token)


def normalised(channel: Channel, address: str, region: str = "") -> str:
    """An address in the form it is kept in. What is no address stays as it is, and is nobody's."""
    if channel in {Channel.SMS, Channel.WHATSAPP}:
        return phone.as_told(address, region)
    try:
        return mailable(address) if channel is Channel.EMAIL else address.strip()
    except UnusableAddress:
        return address.strip()


def _sealed_for(session: Session, wanted: Sequence[Wanted]) -> list[SealedAddress | None]:
    """What is wanted, in its order. A code goes where it was asked for, also while that is only claimed."""
    known: dict[tuple[UUID, str], SealedAddress]
    known = {(it.member_id, it.channel): it for it in sealed_addresses(session, {item.member_id for item in wanted})}
    claimed = claimed_addresses(session, {item.challenge_id for item in wanted if item.challenge_id})
    found = []
    for item in wanted:
        whose = (item.member_id, item.channel)
        claim = claimed.get(item.challenge_id) if item.challenge_id else None
        found.append(claim if claim and (claim.member_id, claim.channel) == whose else known.get(whose))
    return found


def _opened(sealed: SealedAddress, vault: Vault, links: Links, now: datetime) -> Found:
    found = Found(member_id=sealed.member_id, channel=sealed.channel)
    try:
        address = vault.open(
            sealed.member_id, sealed.wrapped, sealed.sealed_as, Sealed(sealed.nonce, sealed.ciphertext)
        )
    except AddressDamaged:
        # The others are still sent to; whoever reads the log has one address to ask for again.
        log.exception(
            "an address in the vault is damaged", extra={"member_id": sealed.member_id, "channel": sealed.channel}
        )
        return found
    day = _link_day(sealed, now)
    link = links.code(sealed.member_id, day) if day else None
    return found.model_copy(update={"address": address, "index": sealed.blind_index, "link": link})


def _link_day(sealed: SealedAddress, now: datetime) -> date | None:
    """The day that a link sent there counts from, so that it ends when the address is stale; None where it is."""
    if is_stale(sealed.confirmed_at, failed=False, now=now):
        return None
    last = (sealed.confirmed_at + HALF_LIFE).date() - timedelta(days=DAYS_VALID)
    return max(min(now.date(), last), sealed.links_valid_from)
