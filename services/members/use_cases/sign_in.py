from datetime import datetime

from sqlalchemy.orm import Session

from services.members.errors import SignInRefused
from services.members.links import Links
from services.members.models import How, Member
from services.members.schemas import SessionBegun
from services.members.use_cases.sessions import open_session
from shared.auth import Signer


def begin_session(session: Session, code: str, *, links: Links, signer: Signer, now: datetime) -> SessionBegun:
    """Sign a device in with a personal link."""
    link = links.read(code, now.date())
    member = session.get(Member, link.member_id) if link else None
    if link is None or member is None or link.day < member.links_valid_from:
        raise SignInRefused
    return open_session(session, member, How.LINK, signer=signer, now=now)
