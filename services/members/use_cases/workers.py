import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from services.members.errors.files import UnusableName
from services.members.errors.people import NoSuchDuty, NoSuchWorker
from services.members.errors.sign_in import SignInRefused
from services.members.models import (
    ENROLMENT_LASTS,
    Channel,
    DutyGiven,
    Enrolment,
    How,
    Member,
    MemberKey,
    MemberSession,
    hashed,
)
from services.members.names import tidied
from services.members.queries.base import locked_members
from services.members.queries.people import duties_of
from services.members.schemas.sign_in import SessionBegun
from services.members.schemas.workers import Enrolling, WorkerView
from services.members.trail import Chain
from services.members.use_cases.cards import revoke_cards
from services.members.use_cases.house import House
from services.members.use_cases.preferences import preferences_now
from services.members.use_cases.second_factors import drop_second_factors
from services.members.use_cases.sessions import SECRET_BYTES, open_session, weaken_sessions
from shared.auth import Signer
from shared.contracts.members import Duty
from shared.messaging import publish


def add_worker(session: Session, name: str, duty: Duty, *, house: House, now: datetime) -> Enrolling:
    """Make somebody who works for the programme. Nobody welcomes them: they were hired, they did not join."""
    tidy = tidied(name)
    if not tidy:
        raise UnusableName("Members see who helps them: write what the worker is called.")
    member = Member.begun(tidy, Channel.EMAIL, house.timezone, now)
    session.add(member)
    session.flush()
    session.add(MemberKey.made(member.id, house.vault))
    session.add(DutyGiven(member_id=member.id, duty=duty, given_at=now))
    publish(session, preferences_now(session, member), now=now)
    return _enrolling(session, member, now)


def enrol_again(session: Session, member_id: UUID, *, actor: str, chain: Chain, now: datetime) -> Enrolling:
    """Let a worker who lost their second factor enrol another. Where they were signed in, they are no more."""
    worker = _worker(session, member_id)
    session.execute(delete(MemberSession).where(MemberSession.member_id == member_id))
    # Who found the worker's bag may hold their card too.
    revoke_cards(session, member_id, now=now)
    worker.revoke_links(now.date())
    reason = "so that you can begin again"
    drop_second_factors(session, member_id, actor=actor, reason=reason, chain=chain, now=now)
    return _enrolling(session, worker, now)


def end_duty(session: Session, member_id: UUID, duty: Duty) -> None:
    """Somebody does this for the programme no more. Their powers end now, wherever they had shown a second factor."""
    _worker(session, member_id)
    ended = delete(DutyGiven).where(DutyGiven.member_id == member_id, DutyGiven.duty == duty)
    if session.scalar(ended.returning(DutyGiven.duty)) is None:
        raise NoSuchDuty
    weaken_sessions(session, member_id)


def begin_enrolment(
    session: Session, secret: str, *, own_device: bool = False, signer: Signer, now: datetime
) -> SessionBegun:
    """Sign a worker in with the secret that the operator gave them."""
    used = delete(Enrolment).where(Enrolment.secret_hash == hashed(secret)).returning(Enrolment)
    enrolment = session.scalar(used)
    if enrolment is None or enrolment.is_over(now):
        raise SignInRefused
    worker = session.get_one(Member, enrolment.member_id)
    return open_session(session, worker, How.ENROLMENT, own_device=own_device, signer=signer, now=now)


def worker_view(session: Session, member: Member) -> WorkerView:
    """A worker as the operator sees them."""
    return WorkerView(id=member.id, name=member.name, duties=sorted(duties_of(session, member.id)))


def _worker(session: Session, member_id: UUID) -> Member:
    """Somebody who works for the programme, locked; anybody else is none of the operator's business."""
    found = locked_members(session, [member_id])
    if not found or not duties_of(session, member_id):
        raise NoSuchWorker("Look at the list of workers.")
    return found[0]


def _enrolling(session: Session, member: Member, now: datetime) -> Enrolling:
    secret = secrets.token_urlsafe(SECRET_BYTES)
    session.add(Enrolment.begun(member.id, secret, now))
    session.flush()
    return Enrolling(**dict(worker_view(session, member)), secret=secret, until=now + ENROLMENT_LASTS)
