"""STOP, in one transaction: what is queued ends, and nothing new passes the gate. START undoes it."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from services.notifications.models import Notification, Recipient, State, Suppression
from services.notifications.use_cases.claiming import not_left_yet
from shared.contracts.notifications import StartReceived, StopReceived
from shared.erasure import was_erased
from shared.messaging import publish

REASON = "You texted STOP."
# Their STOP may be heard before members' first word of them, and holds when that comes. Until then there is no way to
# reach them.
NOTHING_ELSE_KNOWN: Mapping[str, Any] = {
    "channels": [],
    "quiet_from": time(0),
    "quiet_until": time(0),
    "timezone": "UTC",
    "language": "en",
}


def stop(session: Session, channel: str, index: str, member_id: UUID | None, now: datetime) -> None:
    """Send nothing more to this address; to a member we know, nothing more at all."""
    session.add(Suppression(blind_index=index, channel=channel, stopped=True, at=now))
    if member_id is None or was_erased(session, member_id):
        return
    stopped = upsert(Recipient).values(member_id=member_id, stopped=True, **NOTHING_ELSE_KNOWN)
    session.execute(stopped.on_conflict_do_update(index_elements=["member_id"], set_={"stopped": True}))
    session.execute(
        update(Notification)
        .where(Notification.member_id == member_id, not_left_yet())
        .values(state=State.SUPPRESSED, reason=REASON)
    )
    publish(session, StopReceived(member_id=member_id, channel=channel), now=now)


def start(session: Session, channel: str, index: str, member_id: UUID | None, now: datetime) -> None:
    """Send to this address again. What was ended stays ended."""
    session.add(Suppression(blind_index=index, channel=channel, stopped=False, at=now))
    if member_id is None:
        return
    session.execute(update(Recipient).where(Recipient.member_id == member_id).values(stopped=False))
    publish(session, StartReceived(member_id=member_id, channel=channel), now=now)
