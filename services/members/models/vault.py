from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.members.confidence import HALF_LIFE, is_stale
from services.members.models.base import MembersBase, one_of
from services.members.vault import Vault
from shared.ids import new_id
from shared.retention import kept_for, kept_while_member

A_DAY = timedelta(days=1)


class Channel(StrEnum):
    """A way to reach somebody for which the vault holds addresses."""

    SMS = "sms"
    EMAIL = "email"
    WHATSAPP = "whatsapp"
    TELEGRAM = "telegram"
    PUSH = "push"


class AddressState(StrEnum):
    """Whether anything may be sent to an address."""

    ACTIVE = "active"
    STOPPED = "stopped"  # its owner said STOP
    FAILED = "failed"  # a provider says that it does not work any more


class MemberKey(MembersBase):
    """A member's data key, wrapped by a master key. Destroying it destroys their addresses."""

    __tablename__ = "member_keys"
    __table_args__ = {"info": kept_while_member()}

    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"), primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    # The id of the master key that wraps it; empty where it was wrapped before there were several.
    master: Mapped[str] = mapped_column(Text, server_default=text("''"))

    @classmethod
    def made(cls, member_id: UUID, vault: Vault) -> Self:
        """A new member's key."""
        wrapped = vault.new_key(member_id)
        return cls(member_id=member_id, wrapped=wrapped.key, master=wrapped.master)

    def wrap_again(self, vault: Vault) -> None:
        """Let the newest master key wrap it; raises VaultLocked."""
        self.wrapped, self.master = vault.wrap_again(self.member_id, self.wrapped)


class Address(MembersBase):
    """One sealed address. `blind_index` finds it again; within a channel it belongs to one member."""

    __tablename__ = "addresses"
    __table_args__ = (
        UniqueConstraint("blind_index", "channel"),
        Index(None, "member_id"),
        {"info": kept_while_member()},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    channel: Mapped[Channel] = mapped_column(one_of(Channel))
    nonce: Mapped[bytes] = mapped_column(LargeBinary)
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)
    blind_index: Mapped[str] = mapped_column(Text)
    state: Mapped[AddressState] = mapped_column(one_of(AddressState), default=AddressState.ACTIVE)
    added_at: Mapped[datetime]
    # The last sign of life from there.
    confirmed_at: Mapped[datetime] = mapped_column(server_default=text("now()"))

    def is_stale(self, now: datetime) -> bool:
        """Whether it may be somebody else's by now."""
        return is_stale(self.confirmed_at, failed=self.state is AddressState.FAILED, now=now)

    def heard(self, now: datetime) -> None:
        """There was a sign of life from it. Once a day is enough to know."""
        if now - self.confirmed_at >= A_DAY:
            self.confirmed_at = now

    def confirm(self, now: datetime) -> None:
        """Its owner has shown that it is theirs still, or again. A stopped one stays stopped."""
        self.revive()
        self.confirmed_at = now

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

    def lose(self, now: datetime) -> None:
        """Its owner has lost the phone that it reaches. Until they vouch for it, it may be somebody else's."""
        self.fail()
        self.confirmed_at = min(self.confirmed_at, now - 2 * HALF_LIFE)

    def revive(self) -> None:
        """It may work after all: somebody vouches for it. A stopped one stays stopped."""
        if self.state == AddressState.FAILED:
            self.state = AddressState.ACTIVE


class Look(MembersBase):
    """Somebody asked the vault for a member's address, before there was an audit trail. Nothing is added any more."""

    __tablename__ = "looks"
    __table_args__ = (
        Index(None, "member_id", "at"),
        Index(None, "at"),
        {"info": kept_for(days=365, since="at", why="the last of them end a year after the trail began")},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    # No foreign key: that somebody looked stays true after the member is gone.
    member_id: Mapped[UUID]
    channel: Mapped[Channel] = mapped_column(one_of(Channel))
    asked_by: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
