"""Joining with a helper beside oneself. The member takes over later, with the card that the helper gives them.

Somebody else may have the number or email address already, most often because the same person joined before. To say so
would tell whoever types a number that its owner is a member. So the answer is the same, and the new member is without
that address. Who helps on may see that nothing reaches the new member there, as with a number that failed, and not why;
and every sign-up is on the audit trail with who did it. Nothing is agreed to by joining: what they want to be told, and
by which channel, the helper asks them next.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.members import phone
from services.members.errors.groups import NoSuchGroup
from services.members.models import Action, Channel, Member
from services.members.names import tidied
from services.members.queries.base import one_at_a_time
from services.members.roster import mailable
from services.members.schemas.helping import HelpingBegun, SignUpDraft
from services.members.use_cases import audit
from services.members.use_cases.belonging import let_in
from services.members.use_cases.helping import help_member, helper
from services.members.use_cases.house import House
from services.members.use_cases.preferences import preferences_now
from services.members.use_cases.register import Contact, Register
from services.members.use_cases.standing import enter
from shared.auth import Caller
from shared.contracts.members import MemberJoined, Role, Visibility
from shared.messaging import publish_all


def sign_up(session: Session, draft: SignUpDraft, caller: Caller, *, house: House, now: datetime) -> HelpingBegun:
    """Make a member of somebody who is here in person, and begin to help them."""
    helper_id = helper(session, caller)
    contacts = _contacts(draft, house)
    member = Member.begun(tidied(draft.name), contacts[0].channel if contacts else Channel.SMS, house.timezone, now)
    one_at_a_time(session)
    given = _write(session, member, contacts, house, now)
    publish_all(session, [preferences_now(session, member), MemberJoined(member_id=member.id)], now=now)
    if draft.group_id is not None:
        _let_into(session, draft.group_id, member.id, caller, now)
    if given:
        audit.write(session, house.chain, helper_id, Action.ADDRESS_ADDED, given, reason="", now=now)
    return help_member(session, helper_id, member, reason="to join", chain=house.chain, now=now)


def _contacts(draft: SignUpDraft, house: House) -> list[Contact]:
    """Where they can be reached; raises UnusableAddress."""
    told: list[tuple[Channel, str]] = []
    if draft.phone.strip():
        told.append((Channel.SMS, phone.textable(draft.phone, house.phone_region)))
    if draft.email.strip():
        told.append((Channel.EMAIL, mailable(draft.email)))
    return [Contact(channel, house.vault.index(channel, address), address) for channel, address in told]


def _write(
    session: Session, member: Member, contacts: list[Contact], house: House, now: datetime
) -> set[audit.Subject]:
    """Keep a new member with those addresses that are nobody's; which they are."""
    register = Register.read(session, [contact.index for contact in contacts])
    entry = register.add(member, house.vault)
    for contact in contacts:
        if register.owner(contact) is None:
            register.give(entry, contact, house.vault, now)
    register.write(session)
    return register.given


def _let_into(session: Session, group_id: UUID, member_id: UUID, caller: Caller, now: datetime) -> None:
    """Into an open group, or one that the helper runs; of others nobody is told here that they are there."""
    here = enter(session, group_id, caller)
    if here.group.visibility is not Visibility.OPEN and not here.convenes:
        raise NoSuchGroup
    let_in(session, group_id, member_id, Role.MEMBER, now=now)
