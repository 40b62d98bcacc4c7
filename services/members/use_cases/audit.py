import hmac
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from services.members.models import THE_HEAD, Action, AuditEntry, AuditHead, AuditSubject, Member
from services.members.queries.base import among
from services.members.trail import START, Chain, Ends, Fact, moment


class Subject(NamedTuple):
    """Whose record was touched, and which of their addresses if it was one."""

    member_id: UUID
    channel: str = ""


def write(
    session: Session,
    chain: Chain,
    actor: str | UUID,
    action: Action,
    subjects: Collection[Subject],
    *,
    reason: str,
    now: datetime,
) -> None:
    """Add one entry to the trail, about any number of members. Call it last: others wait until the transaction ends.

    `actor` is a service's name (`caller.issuer`) or a member's id; `reason` ends the sentence that the members read:
    «Notifications looked at your phone number to send a reminder». It names nobody.
    """
    people = {it.member_id for it in subjects} | ({actor} if isinstance(actor, UUID) else set())
    query = select(Member.id, Member.audit_id).where(among(Member.id, people))
    known = {row.id: row.audit_id for row in session.execute(query)}
    about = {(known[it.member_id], it.channel) for it in subjects if it.member_id in known}
    doer = str(known.get(actor, "")) if isinstance(actor, UUID) else actor
    head = locked_head(session, chain)
    fact = Fact(head.position + 1, moment(now), doer, action, reason, about)
    hashed = chain.hash(head.hash, fact)
    entry = {"at": now, "actor": doer, "action": action, "reason": reason, "previous": head.hash, "hash": hashed}
    session.execute(insert(AuditEntry).values(position=fact.position, **entry))
    if about:
        rows = [{"position": fact.position, "subject": subject, "channel": channel} for subject, channel in about]
        session.execute(insert(AuditSubject), rows)
    move_ends(head, chain, position=fact.position, hash=hashed)


def locked_head(session: Session, chain: Chain) -> AuditHead:
    """Where the trail ends, for whoever adds to it; the first one begins it."""
    seal = chain.seal(Ends(0, START, 0, START))
    session.execute(upsert(AuditHead).values(id=THE_HEAD, seal=seal).on_conflict_do_nothing())
    query = (
        select(AuditHead).where(AuditHead.id == THE_HEAD).with_for_update().execution_options(populate_existing=True)
    )
    return session.scalars(query).one()


def move_ends(head: AuditHead, chain: Chain, **ends: int | bytes) -> None:
    """Let the trail end, or begin, elsewhere. A head that somebody altered is not made good by that."""
    whole = is_sealed(head, chain)
    for name, value in ends.items():
        setattr(head, name, value)
    head.seal = chain.seal(head.ends()) if whole else b""


def is_sealed(head: AuditHead, chain: Chain) -> bool:
    """Whether the head is as it was written."""
    return hmac.compare_digest(head.seal, chain.seal(head.ends()))
