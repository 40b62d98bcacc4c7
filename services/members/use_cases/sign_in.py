import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from services.members.errors import NoSuchMember, SignInRefused
from services.members.links import Links
from services.members.models import Member, MemberSession, hashed
from services.members.queries import addresses_of, groups_of, session_by_secret
from services.members.schemas import Me, MemberView, MyGroup, SessionBegun, SignedIn
from services.members.use_cases.preferences import preferences_of
from shared.auth import MEMBER_TOKEN_SECONDS, Signer

SECRET_BYTES = 32


def begin_session(session: Session, code: str, *, links: Links, signer: Signer, now: datetime) -> SessionBegun:
    """Sign a device in with a personal link."""
    link = links.read(code, now.date())
    member = session.get(Member, link.member_id) if link else None
    if link is None or member is None or link.day < member.links_valid_from:
        raise SignInRefused
    secret = secrets.token_urlsafe(SECRET_BYTES)
    session.add(MemberSession.begun(member.id, secret, now))
    return SessionBegun(session=secret, **dict(_signed_in(session, member, signer)))


def renew_token(session: Session, secret: str, *, signer: Signer, now: datetime) -> SignedIn:
    """A new token for a device that is signed in, with the groups its member is in by now."""
    found = session_by_secret(session, secret, now)
    if found is None:
        raise SignInRefused
    return _signed_in(session, session.get_one(Member, found.member_id), signer)


def end_session(session: Session, secret: str) -> None:
    """Sign a device out. Of a session that is no more, nothing is left to end, and nothing is told."""
    session.execute(delete(MemberSession).where(MemberSession.secret_hash == hashed(secret)))


def read_me(session: Session, member_id: UUID) -> Me:
    """What a member has told us, as they may read it."""
    member = session.get(Member, member_id)
    if member is None:
        raise NoSuchMember("Sign in again.")
    return Me(
        **dict(_view(session, member)),
        language=member.language,
        timezone=member.timezone,
        channels=list(preferences_of(member, addresses_of(session, [member_id])).channels),
        preferred_channel=member.preferred_channel,
        quiet_from=member.quiet_from,
        quiet_until=member.quiet_until,
    )


def _signed_in(session: Session, member: Member, signer: Signer) -> SignedIn:
    view = _view(session, member)
    token = signer.member_token(member.id, {group.id: group.role for group in view.groups})
    return SignedIn(token=token, expires_in=MEMBER_TOKEN_SECONDS, member=view)


def _view(session: Session, member: Member) -> MemberView:
    groups = [
        MyGroup(id=group.id, slug=group.slug, name=group.name, role=place.role)
        for group, place in groups_of(session, member.id)
    ]
    return MemberView(id=member.id, name=member.name, groups=groups)
