from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.members.errors.people import MeChanged, NoSuchMember
from services.members.models import Experience, Member, Use
from services.members.names import NAMELESS, tidied
from services.members.queries.base import locked_members
from services.members.queries.people import experiences_of, last_experience
from services.members.schemas.people import Me, Said
from services.members.use_cases.preferences import preferences_now
from services.members.use_cases.sessions import view_of


def read_me(session: Session, member_id: UUID) -> Me:
    """What a member has told us, as they may read it."""
    member = session.get(Member, member_id)
    if member is None:
        raise NoSuchMember("Sign in again.")
    said = last_experience(session, member_id)
    return Me(
        **dict(view_of(session, member)),
        language=member.language,
        timezone=member.timezone,
        channels=list(preferences_now(session, member).channels),
        preferred_channel=member.preferred_channel,
        quiet_from=member.quiet_from,
        quiet_until=member.quiet_until,
        experience=Said.model_validate(said, from_attributes=True) if said else None,
    )


def change_name(session: Session, member_id: UUID, name: str, *, seen: Collection[int] | None = None) -> Me:
    """Call a member by another name, or by none. `seen`: the versions of `Me` that the change is meant for."""
    tidy = tidied(name)
    for member in locked_members(session, [member_id]):
        if seen is not None and read_me(session, member_id).version not in seen:
            raise MeChanged
        member.name = tidy or NAMELESS
    return read_me(session, member_id)


def say_experience(session: Session, member_id: UUID, experience: Use, *, now: datetime) -> None:
    """A member says whether they use the service. What they said before stays, with its date."""
    read_me(session, member_id)
    session.add(Experience(member_id=member_id, experience=experience, said_at=now))


def unsay_experience(session: Session, member_id: UUID) -> None:
    """A member takes back all they ever said of it; nobody is told, and nothing of it is kept."""
    for said in experiences_of(session, member_id):
        session.delete(said)
