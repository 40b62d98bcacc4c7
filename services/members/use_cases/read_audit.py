from collections import defaultdict
from collections.abc import Collection
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.audit_words import sentence
from services.members.errors.people import NoSuchMember
from services.members.models import AuditEntry, AuditSubject, Member
from services.members.names import quoted
from services.members.queries.base import among
from services.members.schemas.audit import AuditLine
from shared.pages import Page, page_of

NOBODY_NOW = "somebody who is not with us any more"
WHO = {"operator": "the office", "members": "we", "": NOBODY_NOW}


def read_audit(session: Session, member_id: UUID, *, after: str | None, limit: int) -> Page[AuditLine]:
    """What was done with what belongs to a member, in plain words, newest first."""
    member = session.get(Member, member_id)
    if member is None:
        raise NoSuchMember("Sign in again.")
    mine = select(AuditSubject.position).where(AuditSubject.subject == member.audit_id)
    query = select(AuditEntry).where(AuditEntry.position.in_(mine))
    entries, following = page_of(session, query, [AuditEntry.position], after=after, limit=limit, newest_first=True)
    channels = _channels(session, member.audit_id, [entry.position for entry in entries])
    names = _names(session, {entry.actor for entry in entries}) | {str(member.audit_id): "you"}
    zone = ZoneInfo(member.timezone)
    lines = [
        AuditLine(
            at=entry.at,
            text=sentence(
                names.get(entry.actor, NOBODY_NOW),
                entry.action,
                channels[entry.position],
                entry.reason,
                entry.at.astimezone(zone),
            ),
        )
        for entry in entries
    ]
    return Page(items=lines, next=following)


def _channels(session: Session, audit_id: UUID, positions: Collection[int]) -> defaultdict[int, set[str]]:
    query = select(AuditSubject.position, AuditSubject.channel).where(AuditSubject.subject == audit_id)
    found: defaultdict[int, set[str]] = defaultdict(set)
    for position, channel in session.execute(query.where(among(AuditSubject.position, positions))):
        found[position].add(channel)
    return found


def _names(session: Session, actors: Collection[str]) -> dict[str, str]:
    """What a member calls those who did something: a service, or a person by the name they chose, in quotes."""
    people = {actor for actor in actors if "-" in actor}
    query = select(Member.audit_id, Member.name).where(among(Member.audit_id, [UUID(actor) for actor in people]))
    services = {actor: WHO.get(actor, actor) for actor in actors if actor not in people}
    return services | {str(audit_id): quoted(name) for audit_id, name in session.execute(query)}
