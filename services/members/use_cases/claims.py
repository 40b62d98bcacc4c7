"""An address becomes a member's own when they enter the code that was sent there."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from services.members import phone
from services.members.codes import Codes
from services.members.errors.sign_in import CodeRefused, NoCodesThere
from services.members.models import (
    AddressClaim,
    Challenge,
    Channel,
    MemberKey,
)
from services.members.queries.sign_in import asked_lately, locked_index
from services.members.roster import mailable
from services.members.schemas.sign_in import ChallengeMade, CodeShown
from services.members.trail import Chain
from services.members.use_cases.challenges import DAY, HOUR, Limits, claimable, tried
from services.members.use_cases.house import House, require_offered
from services.members.use_cases.owning import Proven, own_address
from shared.contracts.members import SignInAsked
from shared.messaging import publish

# Who can read a text to a number has the number, and so its WhatsApp.
CODE_GOES_BY = {Channel.SMS: Channel.SMS, Channel.WHATSAPP: Channel.SMS, Channel.EMAIL: Channel.EMAIL}


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
    require_offered(channel, house)
    written = _written(channel, address, house.phone_region)
    goes_by = CODE_GOES_BY[channel]
    index = house.vault.index(goes_by, written)
    locked_index(session, index)
    place, challenge_id = f"member {asker}", uuid4()
    if limits.allow(asked_lately(session, index, place, hour=now - HOUR, day=now - DAY), place):
        challenge = Challenge(
            id=challenge_id,
            channel=goes_by,
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
    challenge, claim = _claimed(session, member_id, shown, codes, now)
    # Of two who confirm one address at once, the second sees that it is taken.
    locked_index(session, claim.blind_index)
    if not claimable(session, challenge, claim, now):
        raise CodeRefused
    own_address(session, Proven.by_code(claim), by=by, reason="with a code", chain=chain, now=now)
    session.delete(claim)


def _claimed(
    session: Session, member_id: UUID, shown: CodeShown, codes: Codes, now: datetime
) -> tuple[Challenge, AddressClaim]:
    """What these digits confirm; raises CodeRefused, by which the try counts all the same."""
    challenge = tried(session, shown, codes=codes)
    claim = session.get(AddressClaim, challenge.id) if challenge and challenge.is_open(now) else None
    if challenge is None or claim is None or claim.member_id != member_id:
        raise CodeRefused
    challenge.used_at = now
    return challenge, claim


def _written(channel: Channel, address: str, region: str) -> str:
    if channel in CODE_GOES_BY:
        return mailable(address) if channel is Channel.EMAIL else phone.textable(address, region)
    raise NoCodesThere
