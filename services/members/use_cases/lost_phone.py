from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from services.members.models import Action, Challenge, Channel, Member, MemberSession
from services.members.queries.base import locked_members
from services.members.trail import Chain
from services.members.use_cases import audit
from services.members.use_cases.preferences import lose_channel
from services.members.use_cases.second_factors import drop_second_factors


def lose_phone(session: Session, member: Member, *, chain: Chain, now: datetime) -> None:
    """Somebody has a member's phone, and it opens nothing any more: no session, link, code, text or passkey does."""
    # Whoever is being let in, or enrols something, as this is said: they are waited for, and then it ends too.
    locked_members(session, [member.id])
    session.execute(delete(MemberSession).where(MemberSession.member_id == member.id))
    session.execute(
        update(Challenge).where(Challenge.member_id == member.id, Challenge.used_at.is_(None)).values(used_at=now)
    )
    # Mail is not in the phone alone, and is how most people get a new one to work.
    for channel in Channel:
        if channel is not Channel.EMAIL:
            lose_channel(session, member.id, channel, now=now)
    member.revoke_links(now.date())
    about = [audit.Subject(member.id)]
    audit.write(session, chain, member.id, Action.PHONE_LOST, about, reason="", now=now)
    reason = "because the phone was lost"
    drop_second_factors(session, member.id, actor=member.id, reason=reason, chain=chain, now=now)
