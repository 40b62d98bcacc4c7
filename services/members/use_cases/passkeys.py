from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.members.errors.sign_in import PasskeyRefused
from services.members.models import Action, Ceremony, How, Member, MemberSession, Passkey, Purpose
from services.members.passkeys import Json, RelyingParty, ceremony_at, ceremony_begun_at, credential_id
from services.members.queries.second_factors import passkey_by, passkeys_of
from services.members.schemas.second_factors import CeremonyBegun, PasskeyView
from services.members.schemas.sign_in import SessionBegun, SignedIn
from services.members.trail import Chain
from services.members.use_cases.second_factors import (
    current_session,
    note,
    session_to_enrol_in,
    session_to_remove_in,
    strengthened,
)
from services.members.use_cases.sessions import open_session, weaken_sessions
from shared.auth import Caller, Signer
from shared.errors import NotFound


def begin_passkey(session: Session, caller: Caller, *, party: RelyingParty, now: datetime) -> CeremonyBegun:
    """Ask a device for a new passkey."""
    opened = session_to_enrol_in(session, caller, now)
    ceremony = _begun(Purpose.ENROL, opened, party, now)
    member = session.get_one(Member, opened.member_id)
    asked = party.ask_to_enrol(member.id, member.name, ceremony.challenge, _known(session, member.id))
    return CeremonyBegun(ceremony=ceremony.id, options=asked)


def add_passkey(
    session: Session,
    caller: Caller,
    ceremony_id: UUID,
    answer: Json,
    *,
    party: RelyingParty,
    chain: Chain,
    now: datetime,
) -> PasskeyView:
    """Keep the passkey that a device has made. It was shown in the making, so the session is strong from now on."""
    opened = session_to_enrol_in(session, caller, now)
    ceremony = _asked(ceremony_id, Purpose.ENROL, opened, party, now)
    made = party.enrolled(answer, ceremony.challenge)
    _use_up(session, ceremony)
    if passkey_by(session, made.credential_id):
        raise PasskeyRefused
    passkey = Passkey(
        member_id=opened.member_id,
        credential_id=made.credential_id,
        public_key=made.public_key,
        sign_count=made.sign_count,
        added_at=now,
    )
    session.add(passkey)
    opened.strengthen(now)
    session.flush()
    note(session, chain, opened.member_id, Action.PASSKEY_ADDED, now)
    return PasskeyView.model_validate(passkey, from_attributes=True)


def remove_passkey(session: Session, caller: Caller, passkey_id: UUID, *, chain: Chain, now: datetime) -> None:
    """Forget a passkey. What was opened with it elsewhere loses its powers."""
    opened = session_to_remove_in(session, caller, now)
    passkey = session.get(Passkey, passkey_id)
    if passkey is None or passkey.member_id != opened.member_id:
        raise NotFound
    session.delete(passkey)
    weaken_sessions(session, opened.member_id, but=opened)
    note(session, chain, opened.member_id, Action.PASSKEY_REMOVED, now)


def ask_for_passkey(session: Session, caller: Caller, *, party: RelyingParty, now: datetime) -> CeremonyBegun:
    """Ask a member who is signed in to show one of their passkeys."""
    opened = current_session(session, caller, now)
    ceremony = _begun(Purpose.SHOW, opened, party, now)
    asked = party.ask_to_show(ceremony.challenge, _known(session, opened.member_id))
    return CeremonyBegun(ceremony=ceremony.id, options=asked)


def show_passkey(
    session: Session,
    caller: Caller,
    ceremony_id: UUID,
    answer: Json,
    *,
    party: RelyingParty,
    signer: Signer,
    now: datetime,
) -> SignedIn:
    """Give a session its member's powers, for a passkey of theirs."""
    opened = current_session(session, caller, now)
    ceremony = _asked(ceremony_id, Purpose.SHOW, opened, party, now)
    if _shown(session, ceremony, answer, party, now).member_id != opened.member_id:
        raise PasskeyRefused
    return strengthened(session, opened, signer=signer, now=now)


def ask_anybody_for_passkey(party: RelyingParty, now: datetime) -> CeremonyBegun:
    """Ask whoever it is to sign in with a passkey; everybody is asked the same."""
    ceremony = _begun(Purpose.SIGN_IN, None, party, now)
    return CeremonyBegun(ceremony=ceremony.id, options=party.ask_to_show(ceremony.challenge))


def sign_in_with_passkey(
    session: Session,
    ceremony_id: UUID,
    answer: Json,
    *,
    own_device: bool,
    party: RelyingParty,
    signer: Signer,
    now: datetime,
) -> SessionBegun:
    """Sign in with a passkey alone. It is two factors at once, so the session is strong."""
    ceremony = _asked(ceremony_id, Purpose.SIGN_IN, None, party, now)
    member = session.get_one(Member, _shown(session, ceremony, answer, party, now).member_id)
    return open_session(session, member, How.PASSKEY, own_device=own_device, signer=signer, now=now)


def _known(session: Session, member_id: UUID) -> list[bytes]:
    return [passkey.credential_id for passkey in passkeys_of(session, member_id)]


def _begun(purpose: Purpose, opened: MemberSession | None, party: RelyingParty, now: datetime) -> Ceremony:
    return _ceremony(ceremony_at(now), purpose, opened, party)


def _asked(
    ceremony_id: UUID, purpose: Purpose, opened: MemberSession | None, party: RelyingParty, now: datetime
) -> Ceremony:
    """What was asked, if it was for this and in this session; raises PasskeyRefused when that is long ago."""
    ceremony = _ceremony(ceremony_id, purpose, opened, party)
    if ceremony.is_over(now):
        raise PasskeyRefused
    return ceremony


def _ceremony(ceremony_id: UUID, purpose: Purpose, opened: MemberSession | None, party: RelyingParty) -> Ceremony:
    session_id = opened.id if opened else None
    return Ceremony(
        id=ceremony_id,
        purpose=purpose,
        session_id=session_id,
        challenge=party.challenge(ceremony_id, purpose, session_id),
        begun_at=ceremony_begun_at(ceremony_id),
    )


def _use_up(session: Session, ceremony: Ceremony) -> None:
    """Take what was asked as answered; raises PasskeyRefused for whoever comes second."""
    kept = {column.name: getattr(ceremony, column.name) for column in Ceremony.__table__.columns}
    taken = insert(Ceremony).values(kept).on_conflict_do_nothing().returning(Ceremony.id)
    if session.scalar(taken) is None:
        raise PasskeyRefused


def _shown(session: Session, ceremony: Ceremony, answer: Json, party: RelyingParty, now: datetime) -> Passkey:
    """The passkey that answered; raises PasskeyRefused, for one that nobody has and for a wrong answer alike."""
    passkey = passkey_by(session, credential_id(answer))
    if passkey is None:
        raise PasskeyRefused
    passkey.sign_count = party.shown(answer, ceremony.challenge, passkey.public_key, passkey.sign_count)
    passkey.last_used_at = now
    _use_up(session, ceremony)
    return passkey
