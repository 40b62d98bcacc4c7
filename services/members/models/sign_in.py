import hashlib
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from services.members.models.base import MembersBase, one_of
from shared.ids import new_id
from shared.retention import kept_for

SESSION_LASTS = timedelta(days=30)
# A long shift. After that a second factor is shown again (NIST SP 800-63B asks for it as often).
STRENGTH_LASTS = timedelta(hours=12)
ENROLMENT_LASTS = timedelta(hours=24)


class How(StrEnum):
    """What a session was begun with."""

    LINK = "link"
    CARD = "card"
    CODE = "code"
    PASSKEY = "passkey"
    TOTP = "totp"
    ENROLMENT = "enrolment"


class MemberSession(MembersBase):
    """A device on which a member signed in. Its secret is known to the device alone; here is only the hash.

    `strong_until`: a second factor was shown, so that until then it carries the powers of convenors and workers.
    """

    __tablename__ = "sessions"
    __table_args__ = {"info": kept_for(days=0, since="expires_at", why="until it ends")}

    secret_hash: Mapped[str] = mapped_column(Text, primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True, default=new_id, server_default=text("gen_random_uuid()"))
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"), index=True)
    how: Mapped[How] = mapped_column(one_of(How), server_default=text("'link'"))
    strong_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    expires_at: Mapped[datetime] = mapped_column(index=True)

    @classmethod
    def begun(cls, member_id: UUID, secret: str, how: How, now: datetime) -> Self:
        """A session from now on, for thirty days."""
        return cls(
            secret_hash=hashed(secret),
            member_id=member_id,
            how=how,
            created_at=now,
            last_seen_at=now,
            expires_at=now + SESSION_LASTS,
        )

    def strengthen(self, now: datetime) -> None:
        """A second factor was shown in it."""
        self.strong_until = now + STRENGTH_LASTS

    def is_strong(self, now: datetime) -> bool:
        """Whether it carries powers at this moment."""
        return self.strong_until is not None and self.strong_until > now


class Enrolment(MembersBase):
    """A way in for somebody who is to enrol a second factor, once. Its secret is known to them alone."""

    __tablename__ = "enrolments"
    __table_args__ = (Index(None, "member_id"), {"info": kept_for(days=1, since="begun_at")})

    secret_hash: Mapped[str] = mapped_column(Text, primary_key=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    begun_at: Mapped[datetime]

    @classmethod
    def begun(cls, member_id: UUID, secret: str, now: datetime) -> Self:
        """One from now on, for a day."""
        return cls(secret_hash=hashed(secret), member_id=member_id, begun_at=now)

    def is_over(self, now: datetime) -> bool:
        """Whether it came too late."""
        return now >= self.begun_at + ENROLMENT_LASTS


def hashed(secret: str) -> str:
    """A session's secret as it is stored. It is too long to guess, so a plain hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()
