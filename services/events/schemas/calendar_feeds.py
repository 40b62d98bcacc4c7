from datetime import datetime

from pydantic import BaseModel, ConfigDict


class CalendarFeedDraft(BaseModel):
    """How much the feed says. Without `full_details` a hidden group's evening is no more in it than "Evening"."""

    model_config = ConfigDict(extra="forbid")

    full_details: bool = False


class CalendarFeedView(BaseModel):
    """A member's own feed: since when it is there, and how much it says. Its address cannot be read again."""

    model_config = ConfigDict(from_attributes=True)

    made_at: datetime
    full_details: bool


class CalendarFeedMade(BaseModel):
    """The address of a new feed, below the address of this API. This is the only time it is shown."""

    path: str
