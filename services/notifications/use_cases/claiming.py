"""Taking what is due: a claim has a lease and an attempt number, and passes the gate before it may leave."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, case, exists, select, update
from sqlalchemy.orm import Session, aliased

from services.notifications.gate import SEND, Verdict, judge
from services.notifications.models import WAITING, Delivery, Lane, Notification, Occurrence, Recipient, State
from services.notifications.queries import going_pairs, occurrences_by_id, recipients_by_id
from services.notifications.words import Subject
from shared.ids import new_id

LEASE = timedelta(seconds=90)
LOOK_UP_AFTER = timedelta(seconds=30)
NEWER = "A newer one took its place."


@dataclass(frozen=True)
class Claim:
    """A notification that is ours to send until its lease ends, with all it takes to find its words and its address.

    `began_at` is when its words were chosen: said again at any later time, they come out the same.
    """

    notification_id: UUID
    attempt: int
    reference: UUID
    member_id: UUID
    channel: str
    rule: str
    language: str
    occurrence_id: UUID | None
    subject: Subject
    began_at: datetime


def claim(session: Session, lane: Lane, limit: int, now: datetime) -> tuple[list[Claim], int]:
    """Claim what is due in a lane and pass the gate; returns what may leave, and how many were looked at."""
    due = (
        select(Notification)
        .where(Notification.lane == lane, Notification.state.in_(WAITING), Notification.due_at <= now)
        .order_by(Notification.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    notifications = session.scalars(due).all()
    recipients = recipients_by_id(session, (n.member_id for n in notifications))
    occurrences = occurrences_by_id(session, (n.occurrence_id for n in notifications))
    going = going_pairs(session, notifications)
    claims = []
    for n in notifications:
        recipient = recipients.get(n.member_id)
        occurrence = occurrences.get(n.occurrence_id) if n.occurrence_id else None
        verdict = judge(n, recipient, occurrence, going=(n.occurrence_id, n.member_id) in going, now=now)
        if verdict is SEND and recipient is not None:
            claims.append(_claimed(session, n, recipient, occurrence, now))
        else:
            _keep_verdict(n, verdict)
    return claims, len(notifications)


def claim_unknown(session: Session, limit: int, now: datetime) -> list[Claim]:
    """Those that may have left and are worth asking the provider about, locked against another who asks."""
    unsure = (
        select(Notification, Delivery, Recipient)
        .join(
            Delivery,
            and_(Delivery.notification_id == Notification.id, Delivery.attempt == Notification.attempt),
        )
        .join(Recipient, Recipient.member_id == Notification.member_id)
        .where(Notification.state == State.UNKNOWN, Notification.due_at <= now, Notification.expires_at > now)
        .limit(limit)
        .with_for_update(of=Notification, skip_locked=True)
    )
    rows = session.execute(unsure).all()
    occurrences = occurrences_by_id(session, (n.occurrence_id for n, _, _ in rows))
    claims = []
    for n, delivery, recipient in rows:
        n.due_at = now + LOOK_UP_AFTER
        occurrence = occurrences.get(n.occurrence_id) if n.occurrence_id else None
        claims.append(_claim(n, delivery, recipient, occurrence))
    return claims


def mark_leaving(session: Session, claims: Sequence[Claim], now: datetime) -> None:
    """From here on these may have left. Committed before they do."""
    references = [c.reference for c in claims]
    session.execute(update(Delivery).where(Delivery.id.in_(references)).values(left_at=now))


def sweep(session: Session, now: datetime) -> int:
    """Take back the claims of workers that are gone: what may have left is looked up, the rest is due again."""
    left = exists().where(
        Delivery.notification_id == Notification.id,
        Delivery.attempt == Notification.attempt,
        Delivery.left_at.is_not(None),
    )
    newer = aliased(Notification)
    replaced = exists().where(
        newer.member_id == Notification.member_id,
        newer.occurrence_id.is_not_distinct_from(Notification.occurrence_id),
        newer.rule == Notification.rule,
        newer.state.in_(WAITING),
    )
    taken_back = (
        update(Notification)
        .where(Notification.state == State.CLAIMED, Notification.lease_until < now)
        .values(
            state=case((left, State.UNKNOWN), (replaced, State.SUPPRESSED), else_=State.DUE),
            reason=case((and_(~left, replaced), NEWER), else_=None),
            due_at=now,
            lease_until=None,
        )
        .returning(Notification.id)
    )
    return len(session.scalars(taken_back).all())


def _claimed(
    session: Session, n: Notification, recipient: Recipient, occurrence: Occurrence | None, now: datetime
) -> Claim:
    n.state, n.reason, n.attempt = State.CLAIMED, None, n.attempt + 1
    n.lease_until, n.channel = now + LEASE, recipient.channels[0]
    delivery = Delivery(
        id=new_id(), notification_id=n.id, attempt=n.attempt, channel=recipient.channels[0], began_at=now
    )
    session.add(delivery)
    return _claim(n, delivery, recipient, occurrence)


def _claim(n: Notification, delivery: Delivery, recipient: Recipient, occurrence: Occurrence | None) -> Claim:
    return Claim(
        notification_id=n.id,
        attempt=n.attempt,
        reference=delivery.id,
        member_id=n.member_id,
        channel=delivery.channel,
        rule=n.rule,
        language=recipient.language,
        occurrence_id=n.occurrence_id,
        subject=_subject(occurrence, recipient),
        began_at=delivery.began_at,
    )


def _subject(occurrence: Occurrence | None, recipient: Recipient) -> Subject:
    if occurrence is None:
        return Subject(None, None, None, recipient.timezone, all_day=False)
    return Subject(
        occurrence.title, occurrence.place, occurrence.starts, occurrence.timezone, all_day=occurrence.all_day
    )


def _keep_verdict(notification: Notification, verdict: Verdict) -> None:
    notification.state, notification.reason = verdict.state, verdict.reason
    if verdict.hold_until is not None:
        notification.due_at = verdict.hold_until
