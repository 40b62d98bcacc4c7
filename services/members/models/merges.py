from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.members.models.base import MembersBase
from shared.retention import kept_for

MERGE_LASTS = timedelta(minutes=15)


class Merge(MembersBase):
    """Somebody says that two records are of one person, and has not confirmed it yet. It is gone once they have."""

    __tablename__ = "merges"
    __table_args__ = (
        Index(None, "keep_id"),
        Index(None, "gone_id"),
        Index(None, "proposed_by"),
        {"info": kept_for(days=1, since="proposed_at", why="it can be confirmed for minutes")},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    keep_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    gone_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    proposed_at: Mapped[datetime]
