from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from services.members.models import Look, MemberSession

LOOKS_KEPT = timedelta(days=365)


def forget_what_is_over(session: Session, *, now: datetime) -> None:
    """Forget sessions that have ended and looks from more than a year ago."""
    session.execute(delete(MemberSession).where(MemberSession.expires_at <= now))
    session.execute(delete(Look).where(Look.at < now - LOOKS_KEPT))
