from uuid import UUID

from sqlalchemy.orm import Session

from services.notifications.models import NotificationsBase
from shared.export import Export, Told, tell

TABLES = {
    "recipients": Told(
        "How we may write to you",
        {
            "channels": "Ways",
            "consents": "What you said yes to",
            "quiet_from": "Quiet from",
            "quiet_until": "Quiet until",
            "paused_until": "Paused until",
            "asks_a_month": "Asks a month at most",
            "language": "Language",
            "timezone": "Your time is that of",
            "stopped": "You texted STOP",
        },
    ),
    "going": Told("Evenings we remind you of", {"occurrences.title": "What", "occurrences.starts": "When"}),
    "notifications": Told(
        "What we sent you, or held back",
        {
            "rule": "What",
            "occurrences.title": "About",
            "channel": "How",
            "due_at": "When it was due",
            "sent_at": "When it was sent",
            "state": "What became of it",
            "reason": "Why",
        },
    ),
}


def export_member(session: Session, member_id: UUID) -> Export:
    """All that is held on a member here. Addresses are not here at all."""
    return Export(service="notifications", parts=tell(session, NotificationsBase.metadata, TABLES, member_id))
