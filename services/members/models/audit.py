from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, Index, LargeBinary, SmallInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.members.models.base import MembersBase
from services.members.trail import START, Ends
from shared.retention import kept_while_used

THE_HEAD = 1
KEPT_WHOLE = kept_while_used("for twelve months; `cut_trail` ends them, so that the chain stays whole")


class Action(StrEnum):
    """What was done with what belongs to a member. In the trail they are plain text: a new word needs no migration."""

    LOOKED = "looked"
    ADDRESS_ADDED = "address-added"
    ADDRESS_CONFIRMED = "address-confirmed"
    ADDRESS_REMOVED = "address-removed"
    CARD_ISSUED = "card-issued"
    CARDS_ENDED = "cards-ended"
    PHONE_LOST = "phone-lost"
    PASSKEY_ADDED = "passkey-added"
    PASSKEY_REMOVED = "passkey-removed"
    AUTHENTICATOR_ADDED = "authenticator-added"
    AUTHENTICATOR_REMOVED = "authenticator-removed"
    SECOND_FACTORS_DROPPED = "second-factors-dropped"
    HELPED = "helped"
    MERGED = "merged"
    EXPORTED = "exported"
    ERASED = "erased"


class AuditEntry(MembersBase):
    """Somebody did something with what belongs to members, and why. `actor`: a service's name, or an audit id."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index(None, "at"), {"info": KEPT_WHOLE})

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    previous: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class AuditSubject(MembersBase):
    """Whose record an entry is about, by their audit id, and which of their addresses; empty when it is none.

    No foreign key: that somebody looked stays true after the member is gone, and then it says nobody's name.
    """

    __tablename__ = "audit_subjects"
    __table_args__ = (Index(None, "subject", "position"), {"info": KEPT_WHOLE})

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    subject: Mapped[UUID] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(Text, primary_key=True)


class AuditHead(MembersBase):
    """The one row that says where the trail ends. Whoever adds to the trail locks it."""

    __tablename__ = "audit_head"
    __table_args__ = ({"info": kept_while_used("one row, for as long as there is a trail")},)

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(BigInteger, default=0)
    hash: Mapped[bytes] = mapped_column(LargeBinary, default=START)
    cut_position: Mapped[int] = mapped_column(BigInteger, default=0)
    cut_hash: Mapped[bytes] = mapped_column(LargeBinary, default=START)
    seal: Mapped[bytes] = mapped_column(LargeBinary)

    def ends(self) -> Ends:
        """What the seal is about."""
        return Ends(self.position, self.hash, self.cut_position, self.cut_hash)
