from datetime import datetime
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from services.events.models.base import EventsBase
from shared.retention import kept_while_member


class CalendarFeed(EventsBase):
    """The feed of a member's own evenings. Whoever has its address can read it, so only a hash of that is kept.

    With `full_details`, also evenings of hidden groups are there in the words in which their group knows them.
    """

    __tablename__ = "calendar_feeds"
    __table_args__ = {"info": kept_while_member()}

    member_id: Mapped[UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(Text, unique=True)
    full_details: Mapped[bool]
    made_at: Mapped[datetime]
