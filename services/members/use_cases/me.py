from uuid import UUID

from sqlalchemy.orm import Session

from services.members.errors import NoSuchMember
from services.members.models import Member
from services.members.queries import addresses_of
from services.members.schemas import Me
from services.members.use_cases.preferences import preferences_of
from services.members.use_cases.sessions import view_of


def read_me(session: Session, member_id: UUID) -> Me:
    """What a member has told us, as they may read it."""
    member = session.get(Member, member_id)
    if member is None:
        raise NoSuchMember("Sign in again.")
    return Me(
        **dict(view_of(session, member)),
        language=member.language,
        timezone=member.timezone,
        channels=list(preferences_of(member, addresses_of(session, [member_id])).channels),
        preferred_channel=member.preferred_channel,
        quiet_from=member.quiet_from,
        quiet_until=member.quiet_until,
    )
