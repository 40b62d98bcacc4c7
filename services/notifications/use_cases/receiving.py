"""Receipts: what a provider says became of a text, in any order and any number of times."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.notifications.models import RANK, Delivery, Notification, Receipt, State
from shared.contracts.notifications import DeliveryFailedForGood
from shared.messaging import publish

STATES = {
    "sent": State.ACCEPTED,
    "delivered": State.DELIVERED,
    "read": State.DELIVERED,
    "undelivered": State.FAILED,
    "failed": State.FAILED,
}
NOT_DELIVERED = "The network could not deliver it."
# Twilio: no such number; a landline; the network does not know it.
DEAD = ("30005", "30006")


@dataclass(frozen=True)
class Told:
    """One thing a provider told us. `reference` is ours, as we gave it."""

    provider: str
    provider_id: str
    status: str
    error: str | None
    reference: UUID


def receive(session: Session, told: Told, now: datetime) -> None:
    """Keep a receipt once, and let it carry its notification forward: never back to an earlier rank."""
    kept = insert(Receipt).values(
        provider=told.provider,
        provider_id=told.provider_id,
        status=told.status,
        error=told.error,
        received_at=now,
    )
    new = session.scalar(kept.on_conflict_do_nothing().returning(Receipt.provider_id))
    state = STATES.get(told.status)
    delivery = session.get(Delivery, told.reference)
    if new is None or state is None or delivery is None:
        return
    delivery.provider_id = told.provider_id
    _carry_forward(session, delivery, state, now)
    if state is State.FAILED:
        delivery.error = told.error
        if told.error in DEAD:
            _address_is_dead(session, delivery, now)


def _carry_forward(session: Session, delivery: Delivery, state: State, now: datetime) -> None:
    notification = session.scalars(
        select(Notification).where(Notification.id == delivery.notification_id).with_for_update()
    ).one()
    if state is State.FAILED and delivery.attempt != notification.attempt:
        return  # An earlier try failed, and a later one is under way or done.
    if RANK[state] > RANK[State(notification.state)]:
        notification.state = state
        notification.reason = NOT_DELIVERED if state is State.FAILED else None
        notification.sent_at = notification.sent_at or now
        notification.lease_until = None


def _address_is_dead(session: Session, delivery: Delivery, now: datetime) -> None:
    notification = session.get_one(Notification, delivery.notification_id)
    gone = DeliveryFailedForGood(member_id=notification.member_id, channel=delivery.channel)
    publish(session, gone, now=now)
