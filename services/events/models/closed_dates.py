from datetime import date
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.events.models.base import EventsBase
from shared.retention import kept_for


class ClosedDate(EventsBase):
    """A day on which a group does nothing, and why."""

    __tablename__ = "closed_dates"
    __table_args__ = {"info": kept_for(days=31, since="day")}

    group_id: Mapped[UUID] = mapped_column(ForeignKey("groups.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    reason: Mapped[str] = mapped_column(Text)
