"""Joining with a helper beside oneself. The member takes over later, with the card that the helper gives them.

A number or email address is theirs once the code that is sent there was entered, by the helper on the spot or by the
member later on (docs/decisions/0018). Until then nothing differs by whether somebody else has it. Nothing is agreed to
by joining: what they want to be told, and by which channel, the helper asks them next.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.members.codes import Codes
from services.members.errors.groups import NoSuchGroup
from services.members.models import Channel, Member, MemberKey
from services.members.names import tidied
from services.members.schemas.helping import AddressAsked, SignedUp, SignUpDraft
from services.members.use_cases.belonging import let_in
from services.members.use_cases.challenges import Limits
from services.members.use_cases.claims import claim_address
from services.members.use_cases.helping import help_member, helper
from services.members.use_cases.house import House
from services.members.use_cases.preferences import preferences_now
from services.members.use_cases.standing import enter
from shared.auth import Caller
from shared.contracts.members import MemberJoined, Role, Visibility
from shared.messaging import publish_all


def sign_up(
    session: Session,
    draft: SignUpDraft,
    caller: Caller,
    *,
    house: House,
    limits: Limits,
    codes: Codes,
    now: datetime,
) -> SignedUp:
    """Make a member of somebody who is here in person, and begin to help them."""
    helper_id = helper(session, caller)
    told = _told(draft)
    member = _begun(session, draft, next(iter(told), Channel.SMS), house, now)
    if draft.group_id is not None:
        _let_into(session, draft.group_id, member.id, caller, now)
    asked = []
    for channel, address in told.items():
        made = claim_address(
            session, member.id, channel, address, asker=helper_id, house=house, limits=limits, codes=codes, now=now
        )
        asked.append(AddressAsked(channel=channel, **dict(made)))
    begun = help_member(session, helper_id, member, reason="to join", chain=house.chain, now=now)
    return SignedUp(**dict(begun), challenges=asked)


def _told(draft: SignUpDraft) -> dict[Channel, str]:
    """Where they say that they can be reached."""
    told = {Channel.SMS: draft.phone.strip(), Channel.EMAIL: draft.email.strip()}
    return {channel: address for channel, address in told.items() if address}


def _begun(session: Session, draft: SignUpDraft, preferred: Channel, house: House, now: datetime) -> Member:
    """A new member, who has no address yet."""
    member = Member.begun(tidied(draft.name), preferred, house.timezone, now)
    session.add(member)
    session.flush()
    session.add(MemberKey.made(member.id, house.vault))
    publish_all(session, [preferences_now(session, member), MemberJoined(member_id=member.id)], now=now)
    return member


def _let_into(session: Session, group_id: UUID, member_id: UUID, caller: Caller, now: datetime) -> None:
    """Into an open group, or one that the helper runs; of others nobody is told here that they are there."""
    here = enter(session, group_id, caller)
    if here.group.visibility is not Visibility.OPEN and not here.convenes:
        raise NoSuchGroup
    let_in(session, group_id, member_id, Role.MEMBER, now=now)
