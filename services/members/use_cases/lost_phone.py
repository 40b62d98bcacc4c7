from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from services.members.models import Challenge, Channel, Member, MemberSession
from services.members.use_cases.preferences import lose_channel


def lose_phone(session: Session, member: Member, *, now: datetime) -> None:
    """Somebody has a member's phone, and it opens nothing any more: no session, link, code or text of it does."""
    session.execute(delete(MemberSession).where(MemberSession.member_id == member.id))
    session.execute(
        update(Challenge).where(Challenge.member_id == member.id, Challenge.used_at.is_(None)).values(used_at=now)
    )
    # Mail is not in the phone alone, and is how most people get a new one to work.
    for channel in Channel:
        if channel is not Channel.EMAIL:
            lose_channel(session, member.id, channel, now=now)
    member.revoke_links(now.date())
