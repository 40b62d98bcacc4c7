"""Taking what is due: a claim has a lease and an attempt number, and passes the gate before it may leave."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Update, and_, bindparam, case, exists, or_, select, tuple_, update
from sqlalchemy.orm import Session, aliased

from services.notifications.gate import Verdict, judge
from services.notifications.models import WAITING, Delivery, Lane, Notification, Occurrence, Recipient, State
from services.notifications.queries import asks_sent, going_pairs, occurrences_by_id, recipients_by_id
from services.notifications.reminders import OFFERS
from services.notifications.vault import Wanted
from services.notifications.words import Subject
from shared.contracts.members import Purpose
from shared.db import affected
from shared.ids import new_id

# Longer than the slowest handful may take: ten that leave together, at fifteen seconds each (jobs, channels).
LEASE = timedelta(seconds=180)
LOOK_UP_AFTER = timedelta(seconds=30)
# Longer than asking about a handful may take, so that nobody asks about the same ones meanwhile.
LOOK_UP_AGAIN = timedelta(minutes=3)
NEWER = "A newer one took its place."
UNSURE = "It may have left; we are asking the provider."


# The statements of every handful are made once: putting one together takes SQLAlchemy longer than PostgreSQL needs.
OF_THESE = tuple_(Notification.id, Notification.attempt).in_(bindparam("pairs", expanding=True))
STILL_OURS = (
    update(Notification)
    .where(OF_THESE, Notification.state == State.CLAIMED, Notification.lease_until >= bindparam("now"))
    .values(lease_until=bindparam("until"))
    .returning(Notification.id)
    .execution_options(synchronize_session=False)
)
LEAVE = (
    update(Delivery)
    .where(Delivery.id.in_(bindparam("references", expanding=True)))
    .values(left_at=bindparam("now"))
    .execution_options(synchronize_session=False)
)


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
    challenge_id: UUID | None = None

    @property
    def wanted(self) -> Wanted:
        """What the vault is asked for."""
        return Wanted(self.member_id, self.channel, self.challenge_id)


def pairs_of(claims: Sequence[Claim]) -> list[tuple[UUID, int]]:
    """What tells these claims from those of any other attempt."""
    return [(c.notification_id, c.attempt) for c in claims]


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
    asked = asks_sent(session, [n.member_id for n in notifications if n.kind == Purpose.ASK], now)
    claims = []
    for n in notifications:
        recipient = recipients.get(n.member_id)
        occurrence = occurrences.get(n.occurrence_id) if n.occurrence_id else None
        goes = (n.occurrence_id, n.member_id) in going
        verdict = judge(n, recipient, occurrence, going=goes, asked=asked.get(n.member_id, 0), now=now)
        if verdict.channel is not None and recipient is not None:
            claims.append(_claimed(session, n, recipient, occurrence, channel=verdict.channel, now=now))
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
        n.due_at = now + LOOK_UP_AGAIN
        occurrence = occurrences.get(n.occurrence_id) if n.occurrence_id else None
        claims.append(_claim(n, delivery, recipient, occurrence))
    return claims


def mark_leaving(session: Session, claims: Sequence[Claim], now: datetime) -> set[UUID]:
    """The references of those that are still ours to send, from here on as may have left. Committed before they do.

    Not ours any more is what was ended meanwhile (a STOP, a NO, a cancellation), what another wish brought back to the
    gate, and what took so long that its lease ran out: somebody else has it then.
    """
    until = now + LEASE
    still = set(session.scalars(STILL_OURS, {"pairs": pairs_of(claims), "now": now, "until": until}))
    leaving = {c.reference for c in claims if c.notification_id in still}
    session.execute(LEAVE, {"references": list(leaving), "now": now})
    return leaving


def not_left_yet() -> ColumnElement[bool]:
    """A notification that nobody has begun to send: it waits, or is claimed and not marked as leaving."""
    return or_(Notification.state.in_(WAITING), and_(Notification.state == State.CLAIMED, ~may_have_left()))


def may_have_left() -> ColumnElement[bool]:
    """A notification whose latest try was marked as leaving."""
    return exists().where(
        Delivery.notification_id == Notification.id,
        Delivery.attempt == Notification.attempt,
        Delivery.left_at.is_not(None),
    )


def due_again(due_at: datetime) -> Update:
    """To be tried again, unless a newer one of its sort waits already; the caller says which."""
    newer = aliased(Notification)
    replaced = exists().where(
        newer.member_id == Notification.member_id,
        newer.occurrence_id.is_not_distinct_from(Notification.occurrence_id),
        newer.rule == Notification.rule,
        newer.id != Notification.id,
        newer.state.in_(WAITING),
    )
    return update(Notification).values(
        state=case((replaced, State.SUPPRESSED), else_=State.DUE),
        reason=case((replaced, NEWER), else_=None),
        due_at=due_at,
        lease_until=None,
    )


def sweep(session: Session, now: datetime) -> int:
    """Take back the claims of workers that are gone: what may have left is looked up, the rest is due again."""
    # A lease that ends later than one given now was given by a clock that has been set back since.
    over = or_(Notification.lease_until < now, Notification.lease_until > now + LEASE)
    gone = and_(Notification.state == State.CLAIMED, over)
    unsure = (
        update(Notification)
        .where(gone, may_have_left())
        .values(state=State.UNKNOWN, reason=UNSURE, due_at=now + LOOK_UP_AFTER, lease_until=None)
    )
    return affected(session.execute(unsure)) + affected(session.execute(due_again(now).where(gone)))


def _claimed(
    session: Session,
    n: Notification,
    recipient: Recipient,
    occurrence: Occurrence | None,
    *,
    channel: str,
    now: datetime,
) -> Claim:
    n.state, n.reason, n.attempt = State.CLAIMED, None, n.attempt + 1
    n.lease_until, n.channel = now + LEASE, channel
    delivery = Delivery(id=new_id(), notification_id=n.id, attempt=n.attempt, channel=channel, began_at=now)
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
        subject=_subject(occurrence, recipient, n),
        began_at=delivery.began_at,
        challenge_id=n.challenge_id,
    )


def _subject(occurrence: Occurrence | None, recipient: Recipient, n: Notification) -> Subject:
    if occurrence is None:
        return Subject(None, None, None, recipient.timezone, all_day=False)
    return Subject(
        occurrence.title,
        occurrence.place,
        occurrence.starts,
        occurrence.timezone,
        all_day=occurrence.all_day,
        until=n.expires_at if n.rule in OFFERS else None,
    )


def _keep_verdict(notification: Notification, verdict: Verdict) -> None:
    notification.state, notification.reason = verdict.state, verdict.reason
    if verdict.hold_until is not None:
        notification.due_at = verdict.hold_until
