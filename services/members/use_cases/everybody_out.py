from datetime import datetime, timedelta

from sqlalchemy import delete, func, update
from sqlalchemy.orm import Session

from services.members.models import Card, Challenge, Member, MemberSession
from services.members.schemas.sign_in import EverybodyOut
from shared.db import affected


def sign_everybody_out(session: Session, *, now: datetime) -> EverybodyOut:
    """End every session, code and personal link, and let no card of until now make a first second factor.

    After a restore: what was ended since the backup, because a phone or a card was lost, is there again, and nothing
    tells which it was.
    """
    ended = affected(session.execute(delete(MemberSession)))
    session.execute(update(Challenge).where(Challenge.used_at.is_(None)).values(used_at=now))
    session.execute(update(Card).values(enrols=False))
    # As Member.revoke_links does for one of them.
    tomorrow = func.greatest(Member.links_valid_from, now.date()) + timedelta(days=1)
    session.execute(update(Member).values(links_valid_from=tomorrow))
    return EverybodyOut(sessions=ended)
