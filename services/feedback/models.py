import hashlib
from datetime import date
from enum import StrEnum
from typing import Self
from uuid import UUID, uuid4

from sqlalchemy import Date, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.db import COLUMN_TYPES, service_metadata
from shared.retention import kept_while_used


class FeedbackBase(DeclarativeBase):
    metadata = service_metadata()
    type_annotation_map = COLUMN_TYPES


class Mood(StrEnum):
    """How a remark was meant by who made it."""

    GOOD = "good"
    BAD = "bad"
    UGLY = "ugly"


class Remark(FeedbackBase):
    """Something a member said.

    It holds no member, no address and no time but the day. Its id is random and not in order of time, and the receipt
    is kept only as a hash: who has the number can read the answer, and nobody can go from here to the number.
    """

    __tablename__ = "remarks"
    __table_args__ = {"info": kept_while_used("it is about nobody, and what came of it stays to be seen")}

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    receipt_hash: Mapped[str] = mapped_column(Text, unique=True)
    text: Mapped[str] = mapped_column(Text)
    mood: Mapped[str | None] = mapped_column(Text)
    day: Mapped[date] = mapped_column(Date)
    answer: Mapped[str | None] = mapped_column(Text)

    @classmethod
    def made(cls, text: str, mood: Mood | None, receipt: str, day: date) -> Self:
        """A remark as it comes in."""
        return cls(text=text, mood=mood, receipt_hash=hashed(receipt), day=day)


def hashed(receipt: str) -> str:
    """A receipt as it is stored. Sixteen digits from a good source are too many to guess through the API."""
    return hashlib.sha256(receipt.encode()).hexdigest()
