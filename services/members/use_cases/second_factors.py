"""What is common to passkeys and authenticator apps: who may enrol one, and what showing one does."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from services.members.errors.sign_in import CardNeeded, SecondFactorNeeded
from services.members.models import Action, Authenticator, Card, Enrolment, How, Member, MemberSession, Passkey
from services.members.queries.people import duties_of
from services.members.queries.second_factors import authenticator_of, passkeys_of
from services.members.queries.sign_in import cards_of, session_of_caller
from services.members.schemas.second_factors import PasskeyView, SecondFactors
from services.members.schemas.sign_in import SignedIn
from services.members.trail import Chain
from services.members.use_cases import audit
from services.members.use_cases.sessions import signed_in
from shared.auth import Caller, Signer
from shared.errors import Unauthenticated


def list_second_factors(session: Session, member_id: UUID) -> SecondFactors:
    """What a member can show beside how they signed in."""
    app = authenticator_of(session, member_id)
    return SecondFactors(
        passkeys=[PasskeyView.model_validate(each, from_attributes=True) for each in passkeys_of(session, member_id)],
        authenticator_since=app.confirmed_at if app else None,
    )


def current_session(session: Session, caller: Caller, now: datetime) -> MemberSession:
    """The session that a token is of, locked; raises Unauthenticated for one that has ended, or was none."""
    found = session_of_caller(session, caller, now)
    if found is None:
        raise Unauthenticated("Sign in again.")
    return found


def session_to_enrol_in(session: Session, caller: Caller, now: datetime) -> MemberSession:
    """The session, where a second factor may be enrolled in it.

    The first one needs what somebody else gave the member: a phone alone can ask for a card too, and a stranger who has
    it would leave a key of their own behind. Any further one needs one that is there already, shown a moment ago.
    """
    opened = current_session(session, caller, now)
    if opened.has_just_shown(now):
        return opened
    if has_second_factor(session, opened.member_id):
        raise SecondFactorNeeded
    if not opened.is_fresh(now) or not _was_given(session, opened):
        raise CardNeeded
    return opened


def session_to_remove_in(session: Session, caller: Caller, now: datetime) -> MemberSession:
    """The session, where a second factor was shown in it a moment ago; raises SecondFactorNeeded.

    For what it may do else that is long enough ago for somebody else to sit before it.
    """
    opened = current_session(session, caller, now)
    if not opened.has_just_shown(now):
        raise SecondFactorNeeded
    return opened


def has_second_factor(session: Session, member_id: UUID) -> bool:
    """Whether a member has any."""
    app = authenticator_of(session, member_id)
    return bool(passkeys_of(session, member_id)) or (app is not None and app.confirmed_at is not None)


def _was_given(session: Session, opened: MemberSession) -> bool:
    """Whether a session was opened with what somebody else gave its member: a card, or the office's secret.

    For a worker only the secret counts: whoever helps somebody in person can make them a card.
    """
    if opened.how is not How.CARD or duties_of(session, opened.member_id):
        return opened.how is How.ENROLMENT
    # There is one at a time, so it is the one that was shown, unless it was made later.
    return any(card.enrols and card.issued_at <= opened.created_at for card in cards_of(session, opened.member_id))


def strengthened(session: Session, opened: MemberSession, *, signer: Signer, now: datetime) -> SignedIn:
    """Give a session its member's powers, a second factor having been shown in it; with a token that says so."""
    opened.strengthen(now)
    return signed_in(session, session.get_one(Member, opened.member_id), opened, signer=signer, now=now)


def drop_second_factors(
    session: Session, member_id: UUID, *, actor: str | UUID, reason: str, chain: Chain, now: datetime
) -> None:
    """Forget every second factor of a member. Another is enrolled only with what somebody gives them from now on.

    Else whoever found their card could put a key of their own in the place of theirs.
    """
    had_any = has_second_factor(session, member_id)
    for table in (Passkey, Authenticator, Enrolment):
        session.execute(delete(table).where(table.member_id == member_id))
    session.execute(update(Card).where(Card.member_id == member_id).values(enrols=False))
    if had_any:
        about = [audit.Subject(member_id)]
        audit.write(session, chain, actor, Action.SECOND_FACTORS_DROPPED, about, reason=reason, now=now)


def note(session: Session, chain: Chain, member_id: UUID, action: Action, now: datetime) -> None:
    """Write into the audit trail what a member did with a second factor of theirs."""
    audit.write(session, chain, member_id, action, [audit.Subject(member_id)], reason="", now=now)
