"""What is common to passkeys and authenticator apps: who may enrol one, and what showing one does."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from services.members.errors.sign_in import CardNeeded, SecondFactorNeeded
from services.members.models import Authenticator, Ceremony, How, Member, MemberSession, Passkey
from services.members.queries.groups import groups_of
from services.members.queries.people import duties_of
from services.members.queries.second_factors import authenticator_of, passkeys_of
from services.members.queries.sign_in import cards_of, session_of_caller
from services.members.schemas.second_factors import PasskeyView, SecondFactors
from services.members.schemas.sign_in import SignedIn
from services.members.use_cases.sessions import signed_in
from shared.auth import Caller, Signer
from shared.contracts.members import Role
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

    The first one needs what proves who somebody is: else a stranger with a member's phone would leave a key of their
    own behind. Where it gives powers, the card came from somebody else's hand: a phone alone can ask for one too. Any
    further one needs one that is there already.
    """
    opened = current_session(session, caller, now)
    if opened.is_strong(now):
        return opened
    if has_second_factor(session, opened.member_id):
        raise SecondFactorNeeded
    if not opened.may_enrol(now) or (opened.how is How.CARD and not _card_is_enough(session, opened.member_id)):
        raise CardNeeded
    return opened


def strong_session(session: Session, caller: Caller, now: datetime) -> MemberSession:
    """The session, where a second factor was shown in it; raises SecondFactorNeeded."""
    opened = current_session(session, caller, now)
    if not opened.is_strong(now):
        raise SecondFactorNeeded
    return opened


def has_second_factor(session: Session, member_id: UUID) -> bool:
    """Whether a member has any."""
    app = authenticator_of(session, member_id)
    return bool(passkeys_of(session, member_id)) or (app is not None and app.confirmed_at is not None)


def _card_is_enough(session: Session, member_id: UUID) -> bool:
    runs_a_group = any(place.role is Role.CONVENOR for _, place in groups_of(session, member_id))
    given = any(card.issued_by != member_id for card in cards_of(session, member_id))
    return given or not (runs_a_group or duties_of(session, member_id))


def strengthened(session: Session, opened: MemberSession, *, signer: Signer, now: datetime) -> SignedIn:
    """Give a session its member's powers, a second factor having been shown in it; with a token that says so."""
    opened.strengthen(now)
    return signed_in(session, session.get_one(Member, opened.member_id), opened, signer=signer, now=now)


def drop_second_factors(session: Session, member_id: UUID) -> None:
    """Forget every second factor of a member."""
    session.execute(delete(Passkey).where(Passkey.member_id == member_id))
    session.execute(delete(Authenticator).where(Authenticator.member_id == member_id))


def end_ceremony(session: Session, ceremony_id: UUID) -> Ceremony | None:
    """Take what was asked of a passkey; whoever comes second finds nothing."""
    return session.scalar(delete(Ceremony).where(Ceremony.id == ceremony_id).returning(Ceremony))
