"""Helping a member in person: with their card in hand, for half an hour, and they can read who did."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.members.codes import Codes
from services.members.errors.people import HelpersOnly, NobodysCard
from services.members.models import HELP_LASTS, Action, Helping, Member
from services.members.queries.people import helpers_of, helping_now
from services.members.schemas.helping import CardInHand, HelperView, HelpingBegun
from services.members.trail import Chain
from services.members.use_cases import audit
from services.members.use_cases.cards import card_owner
from services.members.use_cases.granting import may_help
from shared.auth import Caller
from shared.errors import NotFound


def begin_helping(
    session: Session, shown: CardInHand, caller: Caller, *, asker: str, codes: Codes, chain: Chain, now: datetime
) -> HelpingBegun:
    """Begin to act for the member whose card a helper holds. Addresses stay closed to helpers all the same."""
    helper_id = helper(session, caller)
    met = card_owner(session, shown, asker=asker, codes=codes, now=now)
    member = session.get(Member, met) if met else None
    # Who shows their own card helps nobody: they may act for themself anyway.
    if member is None or member.id == helper_id:
        raise NobodysCard
    return help_member(session, helper_id, member, reason="with your card in hand", chain=chain, now=now)


def help_member(
    session: Session, helper_id: UUID, member: Member, *, reason: str, chain: Chain, now: datetime
) -> HelpingBegun:
    """Let somebody act for a member from now on; who helps already does so for longer."""
    helping = helping_now(session, helper_id, member.id, now)
    if helping is None:
        helping = Helping.begun(helper_id, member.id, now)
        session.add(helping)
    helping.until = now + HELP_LASTS
    session.flush()
    audit.write(session, chain, helper_id, Action.HELPED, [audit.Subject(member.id)], reason=reason, now=now)
    return HelpingBegun(id=helping.id, member_id=member.id, name=member.name, until=helping.until)


def end_helping(session: Session, helping_id: UUID, member_id: UUID, *, now: datetime) -> None:
    """Stop it now, whichever of the two says so."""
    helping = session.get(Helping, helping_id, with_for_update=True)
    if helping is None or member_id not in {helping.helper_id, helping.member_id}:
        raise NotFound
    helping.until = min(helping.until, now)


def list_helpers(session: Session, member_id: UUID) -> list[HelperView]:
    """Who helped a member, and when."""
    return [
        HelperView(name=name, began_at=helping.began_at, until=helping.until)
        for helping, name in helpers_of(session, member_id)
    ]


def helper(session: Session, caller: Caller) -> UUID:
    """The id of a caller who may help others; raises HelpersOnly."""
    if caller.member_id is None or not may_help(session, caller):
        raise HelpersOnly
    return caller.member_id
