from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.models import (
    Authenticator,
    Passkey,
)


def passkeys_of(session: Session, member_id: UUID) -> list[Passkey]:
    """A member's passkeys, oldest first."""
    return list(session.scalars(select(Passkey).where(Passkey.member_id == member_id).order_by(Passkey.id)))


def passkey_by(session: Session, credential_id: bytes) -> Passkey | None:
    """The passkey that a device knows by this id; locked, so that it is not used twice at once."""
    return session.scalar(select(Passkey).where(Passkey.credential_id == credential_id).with_for_update())


def authenticator_of(session: Session, member_id: UUID, *, lock: bool = False) -> Authenticator | None:
    """A member's authenticator app, confirmed or not."""
    return session.get(Authenticator, member_id, with_for_update=lock or None)
