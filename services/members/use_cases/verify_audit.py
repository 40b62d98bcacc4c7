from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Text, cast, delete, exists, extract, func, select
from sqlalchemy.orm import Session

from services.members.models import THE_HEAD, AuditEntry, AuditHead, AuditSubject, Member
from services.members.queries.base import among
from services.members.schemas.audit import Verdict
from services.members.trail import Chain, Fact, Link
from services.members.use_cases.audit import is_sealed, locked_head, move_ends

KEPT = timedelta(days=365)
AT_ONCE = 1_000
# Any number that no other lock of this database uses.
ONE_AT_A_TIME = 7_352

NO_TRAIL = "There is no trail: it was never begun, or somebody removed it."
HEAD_ALTERED = "What says where the trail ends was altered."
ENTRY_ALTERED = "An entry was altered, added, moved or removed."
END_CUT_OFF = "The end was cut off."
STRAY_SUBJECT = "A subject was added where there is no entry."


class BrokenError(Exception):
    """The trail is not what was written, first at this position."""

    def __init__(self, position: int, why: str) -> None:
        super().__init__(why)
        self.position = position


def verify(session: Session, chain: Chain) -> Verdict:
    """Go through the whole trail; says at which position it first is not what was written.

    Others may add to it meanwhile. What they add is looked at too.
    """
    _alone(session)
    try:
        return _walk(session, chain)
    except BrokenError as broken:
        return Verdict(whole=False, broken_at=broken.position, why=str(broken))


def cut_trail(session: Session, chain: Chain, *, now: datetime) -> None:
    """Forget entries from more than a year ago, from the beginning on; the rest stays a whole chain."""
    _alone(session)
    first_kept = session.scalar(select(func.min(AuditEntry.position)).where(AuditEntry.at >= now - KEPT))
    head = locked_head(session, chain)
    last_gone = head.position if first_kept is None else first_kept - 1
    cut_hash = session.scalar(select(AuditEntry.hash).where(AuditEntry.position == last_gone))
    if cut_hash is None:
        return
    session.execute(delete(AuditEntry).where(AuditEntry.position <= last_gone))
    session.execute(delete(AuditSubject).where(AuditSubject.position <= last_gone))
    move_ends(head, chain, cut_position=last_gone, cut_hash=cut_hash)


def _alone(session: Session) -> None:
    """Nobody cuts the trail while somebody goes through it."""
    session.execute(select(func.pg_advisory_xact_lock(ONE_AT_A_TIME)))


def _walk(session: Session, chain: Chain) -> Verdict:
    heads = session.scalars(select(AuditHead).execution_options(populate_existing=True)).all()
    if not heads:
        return _without_head(session)
    head, *more = heads
    if more or head.id != THE_HEAD or not is_sealed(head, chain):
        raise BrokenError(head.position, HEAD_ALTERED)
    ended, position, hashed = head.position, head.cut_position, head.cut_hash
    for link in _links(session):
        if not chain.follows(link, position, hashed):
            raise BrokenError(position + 1, ENTRY_ALTERED)
        position, hashed = link.fact.position, link.hash
    session.refresh(head)
    if not ended <= position <= head.position:
        raise BrokenError(position + 1, END_CUT_OFF)
    _refuse_strays(session)
    return Verdict(whole=True, entries=position - head.cut_position, last=position, hash=hashed.hex())


def _without_head(session: Session) -> Verdict:
    """No trail is right only where there is nobody yet whom it could be about."""
    for anything in (AuditEntry.position, AuditSubject.position, Member.id):
        if session.scalar(select(exists(select(anything)))):
            raise BrokenError(1, NO_TRAIL)
    return Verdict(whole=True)


def _refuse_strays(session: Session) -> None:
    entry = select(AuditEntry.position).where(AuditEntry.position == AuditSubject.position)
    stray = session.scalar(select(func.min(AuditSubject.position)).where(~exists(entry)))
    if stray is not None:
        raise BrokenError(stray, STRAY_SUBJECT)


def _links(session: Session) -> Iterator[Link]:
    """Every entry in order, some at a time."""
    # PostgreSQL tells the time as text, because it knows times that Python cannot hold, and somebody may write those.
    at = cast(extract("epoch", AuditEntry.at), Text)
    e = AuditEntry
    query = select(e.position, at, e.actor, e.action, e.reason, e.previous, e.hash).order_by(e.position).limit(AT_ONCE)
    rows = session.execute(query).all()
    while rows:
        subjects = _subjects(session, [row.position for row in rows])
        for position, when, actor, action, reason, previous, hashed in rows:
            yield Link(Fact(position, when, actor, action, reason, subjects[position]), previous, hashed)
        rows = session.execute(query.where(e.position > rows[-1].position)).all()


def _subjects(session: Session, positions: list[int]) -> defaultdict[int, list[tuple[UUID, str]]]:
    query = select(AuditSubject.position, AuditSubject.subject, AuditSubject.channel)
    found: defaultdict[int, list[tuple[UUID, str]]] = defaultdict(list)
    for position, subject, channel in session.execute(query.where(among(AuditSubject.position, positions))):
        found[position].append((subject, channel))
    return found
