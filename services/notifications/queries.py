from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from services.notifications.models import SENT, Going, Notification, Occurrence, Recipient, State, Suppression
from services.notifications.reminders import OFFERS, RULES
from shared.contracts.events import PlaceOffered
from shared.contracts.members import Purpose

QUESTIONS_STAY = timedelta(hours=48)
A_MONTH = timedelta(days=30)
QUESTIONS = (*(rule.name for rule in RULES), "moved", "confirmed", *OFFERS)


LATEST = (
    select(Suppression.blind_index, Suppression.stopped)
    .where(Suppression.blind_index.in_(bindparam("indexes", expanding=True)))
    .ext(distinct_on(Suppression.blind_index))
    .order_by(Suppression.blind_index, Suppression.at.desc(), Suppression.id.desc())
)


def going_to(session: Session, occurrence_id: UUID) -> list[UUID]:
    """The members who are coming."""
    return list(session.scalars(select(Going.member_id).where(Going.occurrence_id == occurrence_id)))


def recipients_by_id(session: Session, member_ids: Iterable[UUID]) -> dict[UUID, Recipient]:
    """These members' preferences, in one query."""
    found = session.scalars(select(Recipient).where(Recipient.member_id.in_(set(member_ids))))
    return {recipient.member_id: recipient for recipient in found}


def occurrences_by_id(session: Session, ids: Iterable[UUID | None]) -> dict[UUID, Occurrence]:
    """These occurrences, in one query."""
    found = session.scalars(select(Occurrence).where(Occurrence.id.in_({i for i in ids if i})))
    return {occurrence.id: occurrence for occurrence in found}


def going_pairs(session: Session, notifications: Sequence[Notification]) -> set[tuple[UUID, UUID]]:
    """Which of these (occurrence, member) pairs are still coming, in one query."""
    pairs = {(n.occurrence_id, n.member_id) for n in notifications if n.occurrence_id}
    if not pairs:
        return set()
    rows = session.execute(
        select(Going.occurrence_id, Going.member_id).where(tuple_(Going.occurrence_id, Going.member_id).in_(pairs))
    )
    return {(occurrence, member) for occurrence, member in rows}


def asks_sent(session: Session, member_ids: Iterable[UUID], now: datetime) -> dict[UUID, int]:
    """How often each of these members was asked for something in the last thirty days."""
    lately = (Notification.kind == Purpose.ASK, Notification.state.in_(SENT), Notification.sent_at > now - A_MONTH)
    counts = select(Notification.member_id, func.count()).where(*lately, Notification.member_id.in_(set(member_ids)))
    return {row[0]: row[1] for row in session.execute(counts.group_by(Notification.member_id))}


def was_asked(session: Session, heard: PlaceOffered) -> bool:
    """Whether this offer was put to its member already: the source tells its whole state again after a restore."""
    same = (Notification.occurrence_id == heard.occurrence_id, Notification.member_id == heard.member_id)
    asked = exists().where(*same, Notification.rule.in_(OFFERS), Notification.expires_at == heard.until)
    return bool(session.scalar(select(asked.where(Notification.state != State.SUPPRESSED))))


def suppressed(session: Session, indexes: Iterable[str]) -> set[str]:
    """Which of these addresses said STOP and have not said START since."""
    found = session.execute(LATEST, {"indexes": list(set(indexes))})
    return {index for index, stopped in found if stopped}


def questions_for(session: Session, member_id: UUID, now: datetime) -> list[tuple[Occurrence, datetime]]:
    """What we lately asked a member about and is still to come, the newest first."""
    asked = func.max(Notification.sent_at)
    rows = session.execute(
        select(Occurrence, asked)
        .join(Notification, _asked_about(member_id, now))
        .where(Occurrence.starts_at > now, Occurrence.cancelled.is_(False))
        .group_by(Occurrence.id)
        .order_by(asked.desc())
    )
    return [(occurrence, at) for occurrence, at in rows if at is not None]


def _asked_about(member_id: UUID, now: datetime) -> ColumnElement[bool]:
    return and_(
        Notification.occurrence_id == Occurrence.id,
        Notification.member_id == member_id,
        Notification.rule.in_(QUESTIONS),
        Notification.state.in_(SENT),
        Notification.sent_at > now - QUESTIONS_STAY,
    )
