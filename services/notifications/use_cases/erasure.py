"""Erasing a member: what waits is never sent, and what was sent is forgotten. A STOP names nobody, and stays."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.notifications.models import Delivery, Notification, NotificationsBase, Receipt
from shared.erasure import forget


def erase_member(session: Session, member_id: UUID, _: datetime) -> None:
    """Erase all that is known of a member here. Done again, it finds what was written meanwhile."""
    theirs = select(Notification.id).where(Notification.member_id == member_id)
    tries = delete(Delivery).where(Delivery.notification_id.in_(theirs)).returning(Delivery.provider_id)
    told = [provider_id for provider_id in session.scalars(tries) if provider_id]
    session.execute(delete(Receipt).where(Receipt.provider_id.in_(told)))
    forget(session, NotificationsBase.metadata, member_id)
