from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from services.events.models.base import EventsBase
from shared.retention import kept_for


class OnCall(EventsBase):
    """A member whom those going can turn to if the door is locked. They said so themselves, and nobody else can."""

    __tablename__ = "on_call"
    __table_args__ = {"info": kept_for(days=1, since="occurrences.ends_at", by="occurrence_id")}

    occurrence_id: Mapped[UUID] = mapped_column(ForeignKey("occurrences.id"), primary_key=True)
    member_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)
