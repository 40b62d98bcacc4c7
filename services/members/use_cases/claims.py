"""An address becomes a member's own when they enter the code that was sent there."""

from collections.abc import Iterable
from contextlib import ExitStack
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members import phone
from services.members.codes import Codes
from services.members.errors.sign_in import CodeRefused, NoCodesThere, SignInAgain
from services.members.models import (
    Action,
    Address,
    AddressClaim,
    AddressState,
    Challenge,
    Channel,
    Member,
    MemberKey,
    MemberSession,
)
from services.members.queries.base import locked_members
from services.members.queries.sign_in import asked_lately, locked_index
from services.members.queries.vault import address_at, addresses_of
from services.members.roster import mailable
from services.members.schemas.sign_in import ChallengeMade, CodeShown
from services.members.trail import Chain
from services.members.use_cases import audit
from services.members.use_cases.challenges import DAY, HOUR, Limits, tried
from services.members.use_cases.house import House
from services.members.use_cases.preferences import telling
from shared.contracts.members import SignInAsked
from shared.messaging import publish

# A change of address needs somebody who has just shown who they are (ASVS 7.5.1).
RECENT = timedelta(minutes=15)


def claim_address(
    session: Session,
    member_id: UUID,
    channel: Channel,
    address: str,
    *,
    asker: UUID,
    house: House,
    limits: Limits,
    codes: Codes,
    now: datetime,
) -> ChallengeMade:
    """Have a code sent to an address that a member says is theirs: a new one, or one of theirs that was silent.

    Whether somebody else has it is looked up later, behind the request, and told to nobody. To them, while the address
    is surely theirs, nothing is sent: nobody takes it from them by holding their phone for a minute. `asker` is the
    member, or who helps them.
    """
    written = _written(channel, address, house.phone_region)
    index = house.vault.index(channel, written)
    locked_index(session, index)
    place, challenge_id = f"member {asker}", uuid4()
    if limits.allow(asked_lately(session, index, place, hour=now - HOUR, day=now - DAY), place):
        challenge = Challenge(
            id=challenge_id,
            channel=channel,
            blind_index=index,
            asker=place,
            member_id=member_id,
            asked_at=now,
        )
        key = session.get_one(MemberKey, member_id)
        session.add_all([challenge, AddressClaim.made(challenge, key, channel, written, house.vault)])
        publish(session, SignInAsked(challenge_id=challenge_id), now=now)
    return ChallengeMade(challenge=challenge_id, browser=codes.browser(challenge_id))


def confirm_address(
    session: Session, member_id: UUID, shown: CodeShown, *, by: UUID, codes: Codes, chain: Chain, now: datetime
) -> None:
    """Make an address a member's own by the code that was sent there, in place of what they had on its channel.

    `by` is who enters it: the member, or who helps them.
    """
    claim = _claim_of(session, member_id, shown, codes, now)
    here = address_at(session, claim.channel, claim.blind_index)
    if not claim.may_have(here, now):
        raise CodeRefused
    members = locked_members(session, {member_id} | ({here.member_id} if here else set()))
    with ExitStack() as telling_all:
        for member in members:
            telling_all.enter_context(telling(session, member, now))
        if here is not None and here.member_id == member_id:
            here.confirm(now)
        else:
            _take(session, session.get_one(Member, member_id), claim, here, now)
        session.delete(claim)
        session.flush()
    if here is not None and here.member_id != member_id:
        theirs = audit.Subject(here.member_id, claim.channel)
        reason = "because somebody else has it now"
        audit.write(session, chain, "members", Action.ADDRESS_REMOVED, [theirs], reason=reason, now=now)
    mine = audit.Subject(member_id, claim.channel)
    audit.write(session, chain, by, Action.ADDRESS_CONFIRMED, [mine], reason="with a code", now=now)


def remove_address(session: Session, member_id: UUID, address_id: UUID, *, chain: Chain, now: datetime) -> None:
    """Forget a member's address. It always works, also for one that they do not have."""
    for member in locked_members(session, [member_id]):
        found = [it for it in addresses_of(session, [member_id]) if it.id == address_id]
        with telling(session, member, now):
            _forget(session, member, found, now)
        if found:
            subjects = [audit.Subject(member_id, it.channel) for it in found]
            audit.write(session, chain, member_id, Action.ADDRESS_REMOVED, subjects, reason="", now=now)


def require_recent_sign_in(session: Session, session_id: UUID | None, *, now: datetime) -> None:
    """Refuse whoever has not signed in within the last minutes: somebody else may hold their phone."""
    begun = session.scalar(select(MemberSession.created_at).where(MemberSession.id == session_id))
    if begun is None or now - begun > RECENT:
        raise SignInAgain


def _claim_of(session: Session, member_id: UUID, shown: CodeShown, codes: Codes, now: datetime) -> AddressClaim:
    """What these digits confirm; raises CodeRefused, by which the try counts all the same."""
    challenge = tried(session, shown, codes=codes)
    claim = session.get(AddressClaim, challenge.id) if challenge and challenge.is_open(now) else None
    if challenge is None or claim is None or claim.member_id != member_id:
        raise CodeRefused
    challenge.used_at = now
    return claim


def _written(channel: Channel, address: str, region: str) -> str:
    if channel is Channel.SMS:
        return phone.textable(address, region)
    if channel is Channel.EMAIL:
        return mailable(address)
    raise NoCodesThere


def _take(session: Session, member: Member, claim: AddressClaim, theirs: Address | None, now: datetime) -> None:
    """Put an address in the place of the member's others of its channel; if those were stopped, it is too."""
    old = [it for it in addresses_of(session, [member.id]) if it.channel is claim.channel]
    stopped = any(it.state is AddressState.STOPPED for it in old)
    _forget(session, member, old, now)
    if theirs is not None:
        session.delete(theirs)
        session.flush()
    session.add(
        Address(
            member_id=member.id,
            channel=claim.channel,
            nonce=claim.nonce,
            ciphertext=claim.ciphertext,
            blind_index=claim.blind_index,
            state=AddressState.STOPPED if stopped else AddressState.ACTIVE,
            added_at=now,
            confirmed_at=now,
        )
    )


def _forget(session: Session, member: Member, addresses: Iterable[Address], now: datetime) -> None:
    """Drop addresses, and take back the links that were sent there."""
    for address in addresses:
        session.delete(address)
        member.revoke_links(now.date())
    session.flush()
