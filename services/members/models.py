import hashlib
import re
import unicodedata
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Self
from uuid import UUID

from sqlalchemy import Date, Enum, ForeignKey, Index, LargeBinary, Text, Time, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.contracts.members import Role, Visibility
from shared.db import COLUMN_TYPES, service_metadata
from shared.ids import new_id

LONGEST_SLUG = 60
SESSION_LASTS = timedelta(days=30)
QUIET_FROM = time(21)
QUIET_UNTIL = time(9)


def one_of(kind: type[StrEnum]) -> Enum:
    """A column that holds the words of an enumeration as text, and gives them back as its members."""
    return Enum(kind, native_enum=False, length=20, values_callable=lambda words: [word.value for word in words])


class MembersBase(DeclarativeBase):
    metadata = service_metadata()
    type_annotation_map = COLUMN_TYPES


class Channel(StrEnum):
    """A way to reach somebody for which the vault holds addresses."""

    SMS = "sms"
    EMAIL = "email"


class AddressState(StrEnum):
    """Whether anything may be sent to an address."""

    ACTIVE = "active"
    STOPPED = "stopped"  # its owner said STOP
    FAILED = "failed"  # a provider says that it does not work any more


class Group(MembersBase):
    """A body of members with its own space."""

    __tablename__ = "groups"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    visibility: Mapped[Visibility] = mapped_column(one_of(Visibility))

    @classmethod
    def begun(cls, name: str, visibility: Visibility, slug: str | None = None) -> Self:
        """A new group; its short name is made from its name unless one is given."""
        group_id = new_id()
        slug = slug or slug_of(name) or f"group-{group_id.hex[-8:]}"
        return cls(id=group_id, slug=slug, name=name, visibility=visibility)


class Member(MembersBase):
    """A person who takes part, by the name they choose. Nothing here says who they are to the world outside."""

    __tablename__ = "members"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text, default="en")
    timezone: Mapped[str] = mapped_column(Text)
    preferred_channel: Mapped[Channel] = mapped_column(one_of(Channel))
    quiet_from: Mapped[time] = mapped_column(Time, default=QUIET_FROM)
    quiet_until: Mapped[time] = mapped_column(Time, default=QUIET_UNTIL)
    links_valid_from: Mapped[date] = mapped_column(Date)

    def link_day(self, today: date) -> date:
        """The day that a link made today counts from."""
        return max(today, self.links_valid_from)

    def revoke_links(self, today: date) -> None:
        """Take back every link made so far, also today's: new ones count from a day that none of those knows."""
        self.links_valid_from = self.link_day(today) + timedelta(days=1)


class Membership(MembersBase):
    """A member's place in a group."""

    __tablename__ = "memberships"

    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"), primary_key=True)
    group_id: Mapped[UUID] = mapped_column(ForeignKey("groups.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(one_of(Role))


class MemberKey(MembersBase):
    """A member's data key, wrapped by the master key. Destroying it destroys their addresses."""

    __tablename__ = "member_keys"

    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"), primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)


class Address(MembersBase):
    """One sealed address. `blind_index` finds it again; within a channel it belongs to one member."""

    __tablename__ = "addresses"
    __table_args__ = (UniqueConstraint("blind_index", "channel"), Index(None, "member_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    channel: Mapped[Channel] = mapped_column(one_of(Channel))
    nonce: Mapped[bytes] = mapped_column(LargeBinary)
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)
    blind_index: Mapped[str] = mapped_column(Text)
    state: Mapped[AddressState] = mapped_column(one_of(AddressState), default=AddressState.ACTIVE)
    added_at: Mapped[datetime]

    def stop(self) -> None:
        """Its owner wants nothing more there; that outranks whether it works."""
        self.state = AddressState.STOPPED

    def start(self) -> None:
        """Its owner, who had stopped it, wants to hear from us again."""
        if self.state == AddressState.STOPPED:
            self.state = AddressState.ACTIVE

    def fail(self) -> None:
        """It does not work any more. A stopped one stays stopped."""
        if self.state == AddressState.ACTIVE:
            self.state = AddressState.FAILED

    def revive(self) -> None:
        """It may work after all: somebody vouches for it. A stopped one stays stopped."""
        if self.state == AddressState.FAILED:
            self.state = AddressState.ACTIVE


class Look(MembersBase):
    """Somebody asked the vault for a member's address, and why. The member may read it."""

    __tablename__ = "looks"
    __table_args__ = (Index(None, "member_id", "at"), Index(None, "at"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    # No foreign key: that somebody looked stays true after the member is gone.
    member_id: Mapped[UUID]
    channel: Mapped[Channel] = mapped_column(one_of(Channel))
    asked_by: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class MemberSession(MembersBase):
    """A device on which a member signed in. Its secret is known to the device alone; here is only the hash."""

    __tablename__ = "sessions"

    secret_hash: Mapped[str] = mapped_column(Text, primary_key=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)

    @classmethod
    def begun(cls, member_id: UUID, secret: str, now: datetime) -> Self:
        """A session from now on, for thirty days."""
        expires = now + SESSION_LASTS
        return cls(secret_hash=hashed(secret), member_id=member_id, created_at=now, expires_at=expires)


def slug_of(name: str) -> str:
    """A name as it stands in an address bar: «Women's Voices» is womens-voices. Empty when no plain letter is in it."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")[:LONGEST_SLUG].strip("-")


def hashed(secret: str) -> str:
    """A session's secret as it is stored. It is too long to guess, so a plain hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()
