import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from services.members.errors.sign_in import SignInAgain, SignInRefused
from services.members.models import How, Member, MemberSession, hashed
from services.members.queries.groups import groups_of
from services.members.queries.sign_in import session_by_secret, sessions_of
from services.members.schemas.groups import MyGroup
from services.members.schemas.people import MemberView
from services.members.schemas.sign_in import MySession, SessionBegun, SignedIn
from services.members.use_cases.granting import grant
from shared.auth import MEMBER_TOKEN_SECONDS, Caller, Signer
from shared.errors import Unauthenticated

SECRET_BYTES = 32


def open_session(
    session: Session, member: Member, how: How, *, own_device: bool = False, signer: Signer, now: datetime
) -> SessionBegun:
    """Sign a device in as a member who has shown who they are; the secret is told here, once.

    Unless it is their own device, the session ends soon after they stop using it.
    """
    secret = secrets.token_urlsafe(SECRET_BYTES)
    begun = MemberSession.begun(member.id, secret, how, now, own_device=own_device)
    if how is How.PASSKEY:
        # A passkey is two factors at once: the device that holds it, and the face or PIN that opens it.
        begun.strengthen(now)
    session.add(begun)
    return SessionBegun(session=secret, **dict(signed_in(session, member, begun, signer=signer, now=now)))


def renew_token(session: Session, secret: str, *, signer: Signer, now: datetime) -> SignedIn:
    """A new token for a device that is signed in, with the groups its member is in by now."""
    found = session_by_secret(session, secret, now)
    if found is None:
        raise SignInRefused
    found.seen(now)
    return signed_in(session, session.get_one(Member, found.member_id), found, signer=signer, now=now)


def refuse_ended(session: Session, caller: Caller) -> None:
    """A token outlives its member and its session by some minutes, and does nothing in them; raises Unauthenticated."""
    alive = exists().where(Member.id == caller.member_id)
    if caller.session_id is not None:
        alive = alive.where(MemberSession.id == caller.session_id, MemberSession.member_id == Member.id)
    if not session.scalar(select(alive)):
        raise Unauthenticated("Sign in again.")


def require_recent_sign_in(session: Session, session_id: UUID | None, *, now: datetime) -> None:
    """Refuse whoever has not signed in within the last minutes: somebody else may hold their phone."""
    opened = session.scalar(select(MemberSession).where(MemberSession.id == session_id))
    if opened is None or not opened.is_fresh(now):
        raise SignInAgain


def end_session(session: Session, secret: str) -> None:
    """Sign a device out. Of a session that is no more, nothing is left to end, and nothing is told."""
    session.execute(delete(MemberSession).where(MemberSession.secret_hash == hashed(secret)))


def list_sessions(session: Session, member_id: UUID, this: UUID | None, *, now: datetime) -> list[MySession]:
    """Where a member is signed in. `this` is the session they ask from."""
    return [
        MySession(
            id=found.id,
            how=found.how,
            strong=found.is_strong(now),
            just_shown=found.has_just_shown(now),
            own_device=found.own_device,
            created_at=found.created_at,
            last_seen_at=found.last_seen_at,
            this_one=found.id == this,
        )
        for found in sessions_of(session, member_id, now)
    ]


def end_one_of_my_sessions(session: Session, member_id: UUID, session_id: UUID) -> None:
    """Sign one device out, from another. Of somebody else's nothing is ended, and nothing is told."""
    session.execute(delete(MemberSession).where(MemberSession.member_id == member_id, MemberSession.id == session_id))


def end_my_other_sessions(session: Session, member_id: UUID, this: UUID | None) -> None:
    """Sign every device out but the one that asks."""
    others = delete(MemberSession).where(MemberSession.member_id == member_id)
    session.execute(others if this is None else others.where(MemberSession.id != this))


def weaken_sessions(session: Session, member_id: UUID, *, but: MemberSession | None = None) -> None:
    """Take the powers from a member's sessions, so that a second factor has to be shown in them again."""
    theirs = update(MemberSession).where(MemberSession.member_id == member_id)
    theirs = theirs.where(MemberSession.id != but.id) if but else theirs
    session.execute(theirs.values(strong_until=None))


def view_of(session: Session, member: Member) -> MemberView:
    """A member as they see themselves."""
    groups = [MyGroup.of(group, place) for group, place in groups_of(session, member.id)]
    return MemberView(id=member.id, name=member.name, groups=groups)


def signed_in(session: Session, member: Member, opened: MemberSession, *, signer: Signer, now: datetime) -> SignedIn:
    """What a device gets to ask with: a token that says what its session may do by now."""
    token = grant(session, member.id, signer, strong=opened.is_strong(now), session_id=opened.id)
    return SignedIn(
        token=token,
        expires_in=MEMBER_TOKEN_SECONDS,
        own_device=opened.own_device,
        member=view_of(session, member),
    )
