import hashlib
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self
from uuid import UUID, uuid4

from sqlalchemy import Boolean, ForeignKey, Index, SmallInteger, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from services.members.models.base import MembersBase, one_of
from services.members.models.vault import Channel
from shared.ids import new_id
from shared.retention import kept_for

SESSION_LASTS = timedelta(days=30)
# A long shift. After that a second factor is shown again (NIST SP 800-63B asks for it as often).
STRENGTH_LASTS = timedelta(hours=12)
ENROLMENT_LASTS = timedelta(hours=24)
# On a phone that others use too: so long without a sign of life, and never longer than a day.
IDLE_AT_MOST = timedelta(minutes=15)
SHARED_SESSION_LASTS = timedelta(days=1)

CODE_LASTS = timedelta(minutes=10)
TRIES = 5
# How long after signing in, or showing a second factor, it is surely them still (ASVS 7.5.1).
FRESH_FOR = timedelta(minutes=15)


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
    `own_device`: nobody else uses it, so that it stays signed in.
    """

    __tablename__ = "sessions"
    __table_args__ = {"info": kept_for(days=0, since="expires_at", why="until it ends")}

    secret_hash: Mapped[str] = mapped_column(Text, primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True, default=new_id, server_default=text("gen_random_uuid()"))
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"), index=True)
    how: Mapped[How] = mapped_column(one_of(How), server_default=text("'link'"))
    strong_until: Mapped[datetime | None]
    own_device: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    expires_at: Mapped[datetime] = mapped_column(index=True)

    @classmethod
    def begun(cls, member_id: UUID, secret: str, how: How, now: datetime, *, own_device: bool = False) -> Self:
        """A session from now on: for thirty days, or on a shared phone for as long as it is used."""
        begun = cls(
            id=new_id(),
            secret_hash=hashed(secret),
            member_id=member_id,
            how=how,
            own_device=own_device,
            created_at=now,
            expires_at=now + SESSION_LASTS,
        )
        begun.seen(now)
        return begun

    def seen(self, now: datetime) -> None:
        """Its device has shown a sign of life."""
        self.last_seen_at = now
        if not self.own_device:
            self.expires_at = min(now + IDLE_AT_MOST, self.created_at + SHARED_SESSION_LASTS)

    def strengthen(self, now: datetime) -> None:
        """A second factor was shown in it."""
        self.strong_until = now + STRENGTH_LASTS

    def is_fresh(self, now: datetime) -> bool:
        """Whether it was just begun, so that who began it is still there."""
        return now < self.created_at + FRESH_FOR

    def has_just_shown(self, now: datetime) -> bool:
        """Whether a second factor was shown in it so lately that who did it is still there."""
        return self.strong_until is not None and now < self.strong_until - STRENGTH_LASTS + FRESH_FOR

    def is_strong(self, now: datetime) -> bool:
        """Whether it carries powers at this moment."""
        return self.strong_until is not None and self.strong_until > now


class Challenge(MembersBase):
    """Somebody asked to be let in. The digits or the link they need are worked out from its id, and kept nowhere.

    `blind_index` is that of the address they typed, whoever's it is or nobody's. `member_id` is set once something was
    sent; a claim of an address has it from the beginning, and so has a link that chat asks for, which has no address.
    """

    __tablename__ = "challenges"
    __table_args__ = (
        Index(None, "blind_index", "asked_at"),
        Index(None, "asker", "asked_at"),
        Index(None, "member_id", "asked_at"),
        Index(None, "asked_at"),
        {"info": kept_for(days=2, since="asked_at", why="The limits of a day look back on it.")},
    )

    # Random: in the order of its making it would tell how many ask.
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    channel: Mapped[Channel | None] = mapped_column(one_of(Channel))
    blind_index: Mapped[str | None] = mapped_column(Text)
    asker: Mapped[str | None] = mapped_column(Text)
    # No foreign key: a row outlives its member by two days at most, and lets nobody in.
    member_id: Mapped[UUID | None]
    asked_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    used_at: Mapped[datetime | None]

    def is_open(self, now: datetime) -> bool:
        """Whether it may still let somebody in."""
        return self.used_at is None and now < self.asked_at + CODE_LASTS


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
