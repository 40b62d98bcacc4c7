from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Self

from sqlalchemy import Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from services.chat.choices import Choice
from shared.db import COLUMN_TYPES, service_metadata
from shared.retention import kept_for

REPLY_KEPT = timedelta(minutes=10)
LIST_KEPT = timedelta(days=1)


class ChatBase(DeclarativeBase):
    metadata = service_metadata()
    type_annotation_map = COLUMN_TYPES


class Contact(ChatBase):
    """An address we talk with, known only by the blind index that members gives it; and the list it saw last.

    When it wrote is kept to the day: a remark is kept with its day, and nothing here may tell whose it is.
    """

    __tablename__ = "contacts"
    __table_args__ = (
        Index("ix_contacts_last_message_on", "last_message_on"),
        {"info": kept_for(days=1, since="last_message_on", why="a day later nobody remembers the list")},
    )

    address_index: Mapped[str] = mapped_column(Text, primary_key=True)
    last_message_on: Mapped[date]
    shown: Mapped[list[Any]] = mapped_column(JSONB)
    shown_at: Mapped[datetime | None]

    @classmethod
    def met(cls, address_index: str, now: datetime) -> Self:
        """An address that writes for the first time, or for the first time in a long while."""
        return cls(address_index=address_index, last_message_on=now.date(), shown=[], shown_at=None)

    def show(self, choices: Sequence[Choice], now: datetime) -> None:
        """They see this list, and its numbers mean what is in it."""
        self.shown = [choice.stored() for choice in choices]
        self.shown_at = now

    def sees(self, now: datetime) -> tuple[Choice, ...]:
        """The list they saw last; a day later nobody remembers its numbers."""
        if self.shown_at is None or self.shown_at <= now - LIST_KEPT:
            return ()
        return tuple(map(Choice.read, self.shown))


class Inbound(ChatBase):
    """A text that came in and was dealt with; never its words, nor whose it was.

    What we said and the time are kept while the provider may bring it again; after that, only the day. No id of ours
    either: one that tells the time would outlast it.
    """

    __tablename__ = "inbound"
    __table_args__ = (
        Index("ix_inbound_received_at", "received_at"),
        {"info": kept_for(days=30, since="received_at")},
    )

    provider: Mapped[str] = mapped_column(Text, primary_key=True)
    message_id: Mapped[str] = mapped_column(Text, primary_key=True)
    received_at: Mapped[datetime]
    reply: Mapped[str | None] = mapped_column(Text)

    def reply_again(self, now: datetime) -> str:
        """What the provider is told when it brings the same text once more."""
        return self.reply or "" if self.received_at > now - REPLY_KEPT else ""
