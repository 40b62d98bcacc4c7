from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import Session

from services.members.errors.erasure import NoLedger, NoSuchErasure
from services.members.errors.people import NoSuchMember
from services.members.ledger import Ledger
from services.members.models import Action, Challenge, Erasure, Member, MemberKey, MembersBase
from services.members.queries.base import among, locked_members
from services.members.queries.vault import addresses_of
from services.members.schemas.erasure import Reapplied
from services.members.trail import Chain
from services.members.use_cases import audit
from services.members.use_cases.belonging import leave_all_groups
from shared.erasure import forget
from shared.messaging import publish

OVERDUE = timedelta(minutes=5)


def begin_ledger(session: Session, *, ledger: Ledger) -> None:
    """Begin the ledger of a new forum; raises NoLedger where it is lost: there is, or was, somebody to be in it."""
    if ledger.is_there:
        return
    if session.scalar(select(or_(exists(select(Member.id)), exists(select(Erasure.id))))):
        raise NoLedger
    ledger.begin()


def erase_member(
    session: Session, member_id: UUID, *, actor: str | UUID, ledger: Ledger, chain: Chain, now: datetime
) -> Erasure:
    """Erase a member here, and have all others erase them. Nothing is left to undo it with.

    The ledger is written last. It may so name somebody whose erasure then failed to be committed, but never miss one.
    """
    # Before the member is locked: whoever decides in a group holds that, and then waits for its members.
    leave_all_groups(session, member_id, now=now)
    if not locked_members(session, [member_id]):
        raise NoSuchMember("Nobody has this id. Who was erased before is gone already.")
    _erase_here(session, member_id, actor, chain, now)
    erasure = _have_others_erase(session, member_id, now)
    ledger.note(member_id, now)
    return erasure


def reapply_erasures(session: Session, *, ledger: Ledger, chain: Chain, now: datetime) -> Reapplied:
    """After a restore: erase again whoever is back, and have all others erase again everybody who ever was."""
    gone = ledger.members()
    for member_id in gone:
        leave_all_groups(session, member_id, now=now)
    back = [member.id for member in locked_members(session, gone)]
    for member_id in back:
        _erase_here(session, member_id, "operator", chain, now)
    for member_id in gone:
        _have_others_erase(session, member_id, now)
    return Reapplied(erased_again=len(back), told=len(gone))


def note_answer(session: Session, erasure_id: UUID, service: str, *, now: datetime) -> None:
    """A service has erased what it had."""
    erasure = session.get(Erasure, erasure_id, with_for_update=True)
    if erasure is not None:
        erasure.answered(service, now)


def read_erasure(session: Session, erasure_id: UUID) -> Erasure:
    """How far an erasure has come."""
    erasure = session.get(Erasure, erasure_id)
    if erasure is None:
        raise NoSuchErasure("Look at the id again.")
    return erasure


def overdue_erasures(session: Session, now: datetime) -> Sequence[Erasure]:
    """Those that some service has not followed within five minutes."""
    query = select(Erasure).where(Erasure.done_at.is_(None), Erasure.asked_at < now - OVERDUE)
    return session.scalars(query.order_by(Erasure.asked_at)).all()


def _erase_here(session: Session, member_id: UUID, actor: str | UUID, chain: Chain, now: datetime) -> None:
    # The trail keeps that somebody was erased: the id it knows them by leads to nobody after this.
    audit.write(session, chain, actor, Action.ERASED, [audit.Subject(member_id)], reason="", now=now)
    # The key first: without it their addresses cannot be read, wherever copies of them lie.
    session.execute(delete(MemberKey).where(MemberKey.member_id == member_id))
    indexes = [address.blind_index for address in addresses_of(session, [member_id])]
    asked = or_(Challenge.member_id == member_id, among(Challenge.blind_index, indexes))
    session.execute(delete(Challenge).where(asked))
    forget(session, MembersBase.metadata, member_id)
    session.execute(delete(Member).where(Member.id == member_id))


def _have_others_erase(session: Session, member_id: UUID, now: datetime) -> Erasure:
    erasure = session.scalar(select(Erasure).where(Erasure.erased_id == member_id).with_for_update())
    if erasure is None:
        erasure = Erasure.begun(member_id, now)
        session.add(erasure)
    else:
        erasure.begin(now)
    publish(session, erasure.message(), now=now)
    return erasure
