from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.members import authenticator
from services.members.errors.sign_in import DigitsRefused, TooManyDigits
from services.members.models import Action, Authenticator, Member, MemberKey
from services.members.queries.second_factors import authenticator_of
from services.members.schemas.second_factors import AuthenticatorSecret
from services.members.schemas.sign_in import SignedIn
from services.members.trail import Chain
from services.members.use_cases.house import House
from services.members.use_cases.second_factors import (
    current_session,
    note,
    session_to_enrol_in,
    session_to_remove_in,
    strengthened,
)
from services.members.use_cases.sessions import weaken_sessions
from services.members.vault import Sealed, Vault
from shared.auth import Caller, Signer

# What the secret is sealed as, in the place of a channel: it cannot be taken for an address.
SEALED_AS = "authenticator"


def begin_authenticator(
    session: Session, caller: Caller, *, house: House, issuer: str, now: datetime
) -> AuthenticatorSecret:
    """Give a member a secret for their app. It counts once its digits were shown; one they had before stops."""
    opened = session_to_enrol_in(session, caller, now)
    member = session.get_one(Member, opened.member_id)
    secret = authenticator.new_secret()
    sealed = house.vault.seal(member.id, session.get_one(MemberKey, member.id).wrapped, SEALED_AS, secret)
    found = authenticator_of(session, member.id, lock=True)
    if found is not None:
        _forget(session, found, house.chain, now)
    session.add(Authenticator(member_id=member.id, nonce=sealed.nonce, ciphertext=sealed.ciphertext))
    return AuthenticatorSecret(secret=secret, uri=authenticator.uri(secret, member.name, issuer))


def confirm_authenticator(
    session: Session, caller: Caller, digits: str, *, house: House, signer: Signer, now: datetime
) -> SignedIn:
    """Let an app count from now on, whose digits show that it has the secret."""
    opened = session_to_enrol_in(session, caller, now)
    found = _checked(session, opened.member_id, digits, house.vault, now)
    shown = strengthened(session, opened, signer=signer, now=now)
    if found.confirmed_at is None:
        found.confirmed_at = now
        note(session, house.chain, opened.member_id, Action.AUTHENTICATOR_ADDED, now)
    return shown


def show_digits(
    session: Session, caller: Caller, digits: str, *, vault: Vault, signer: Signer, now: datetime
) -> SignedIn:
    """Give a session its member's powers, for the digits of their app."""
    opened = current_session(session, caller, now)
    found = authenticator_of(session, opened.member_id)
    if found is None or found.confirmed_at is None:
        raise DigitsRefused
    _checked(session, opened.member_id, digits, vault, now)
    return strengthened(session, opened, signer=signer, now=now)


def remove_authenticator(session: Session, caller: Caller, *, chain: Chain, now: datetime) -> None:
    """Forget a member's app. What was opened with it elsewhere loses its powers."""
    opened = session_to_remove_in(session, caller, now)
    found = authenticator_of(session, opened.member_id)
    if found is not None:
        weaken_sessions(session, opened.member_id, but=opened)
        _forget(session, found, chain, now)


def _forget(session: Session, app: Authenticator, chain: Chain, now: datetime) -> None:
    session.delete(app)
    session.flush()
    if app.confirmed_at is not None:
        note(session, chain, app.member_id, Action.AUTHENTICATOR_REMOVED, now)


def _checked(session: Session, member_id: UUID, digits: str, vault: Vault, now: datetime) -> Authenticator:
    """The app that shows these digits now, used; raises DigitsRefused or TooManyDigits.

    Locked: two that show the same digits at once, or guess side by side, come one after the other.
    """
    found = authenticator_of(session, member_id, lock=True)
    if found is None:
        raise DigitsRefused
    if found.is_tired(now):
        raise TooManyDigits
    wrapped = session.get_one(MemberKey, member_id).wrapped
    secret = vault.open(member_id, wrapped, SEALED_AS, Sealed(found.nonce, found.ciphertext))
    step = authenticator.step_of(secret, digits, now)
    if step is None or step <= found.last_step:
        found.count_wrong(now)
        raise DigitsRefused
    found.use(step)
    return found
