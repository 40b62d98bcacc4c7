from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.events.models.base import EventsBase
from shared.retention import kept_for


class Rsvp(EventsBase):
    """What a member said about coming to an occurrence. A month after it, only its count is left."""

    __tablename__ = "rsvps"
    __table_args__ = (
        Index("ix_rsvps_member_id", "member_id"),
        {"info": kept_for(days=30, since="occurrences.ends_at", by="occurrence_id")},
    )

    occurrence_id: Mapped[UUID] = mapped_column(ForeignKey("occurrences.id"), primary_key=True)
    member_id: Mapped[UUID] = mapped_column(primary_key=True)
    answer: Mapped[str] = mapped_column(Text)
    answered_at: Mapped[datetime]
