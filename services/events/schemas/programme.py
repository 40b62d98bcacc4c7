from datetime import datetime
from typing import Annotated, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.events.models import Occurrence, Status
from services.events.schemas.cards import Card, CardEdit
from services.events.schemas.words import LONGEST_NAME, NAME, Place, Summary, Title, WallTime, example

MOST_PLACES = 100_000


class WhatsOnQuery(BaseModel):
    """Which part of what is on. A time without an offset is what the clock on the programme's wall shows."""

    group: Annotated[str, StringConstraints(pattern=NAME, max_length=LONGEST_NAME)] | None = None
    activity: UUID | None = None
    since: Annotated[datetime | None, Field(alias="from")] = None
    until: datetime | None = None
    after: str | None = None
    limit: int = 50


class GroupView(BaseModel):
    """Whose occurrence it is."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    slug: str
    name: str
    is_hidden: bool


class OccurrenceView(BaseModel):
    """One date of an activity. `starts` and `ends` are local times with their offset; `places_left` null: no limit."""

    id: UUID
    activity_id: UUID
    group: GroupView
    title: str
    summary: str
    starts: datetime
    ends: datetime
    timezone: str
    all_day: bool
    place: str
    status: Status
    capacity: int | None
    going: int
    places_left: int | None
    card: Card

    @classmethod
    def of(cls, occurrence: Occurrence) -> Self:
        """An occurrence as anyone who may see it sees it."""
        zone = ZoneInfo(occurrence.timezone)
        return cls(
            id=occurrence.id,
            activity_id=occurrence.activity_id,
            group=GroupView.model_validate(occurrence.group),
            title=occurrence.title,
            summary=occurrence.summary,
            starts=occurrence.starts_at.astimezone(zone),
            ends=occurrence.ends_at.astimezone(zone),
            timezone=occurrence.timezone,
            all_day=occurrence.all_day,
            place=occurrence.place,
            status=Status(occurrence.status),
            capacity=occurrence.capacity,
            going=occurrence.going,
            places_left=occurrence.places_left,
            card=Card.model_validate(occurrence.card),
        )


class OccurrenceEdit(BaseModel):
    """What to change; what is left out stays. Times are what the clock on the wall shows, without an offset.

    A new start without an end keeps the length. `capacity` null takes the limit away.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra=example({"starts": "2027-01-15T19:00", "card": {"dogs": {"known": "yes"}}}),
    )

    starts: WallTime | None = None
    ends: WallTime | None = None
    place: Place | None = None
    title: Title | None = None
    summary: Summary | None = None
    card: CardEdit | None = None
    capacity: Annotated[int, Field(ge=1, le=MOST_PLACES)] | None = None

    @property
    def says_capacity(self) -> bool:
        """Whether the limit is spoken of at all."""
        return "capacity" in self.model_fields_set
