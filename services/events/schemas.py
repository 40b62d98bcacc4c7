from datetime import datetime
from typing import Annotated, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, NaiveDatetime, StringConstraints

from services.events.models import Occurrence, Status
from services.events.plain_text import one_line, place_line
from services.events.programme_diff import Change
from shared.contracts.events import Answer

LONGEST_LINE = 200
LONGEST_NAME = 200
# Text in the database holds no NUL, so neither can a name that is looked up there.
NAME = r"^[^\x00]+$"
MOST_PLACES = 100_000


def _title(text: str) -> str:
    title = one_line(text, LONGEST_LINE)
    if not title:
        raise ValueError("give it a title that can be read")
    return title


Title = Annotated[str, StringConstraints(max_length=LONGEST_LINE), AfterValidator(_title)]
Place = Annotated[
    str, StringConstraints(max_length=LONGEST_LINE), AfterValidator(lambda text: place_line(text, LONGEST_LINE))
]
WallTime = Annotated[NaiveDatetime, AfterValidator(lambda time: time.replace(microsecond=0))]


class WhatsOnQuery(BaseModel):
    """Which part of what is on. A time without an offset is what the clock on the programme's wall shows."""

    group: Annotated[str, StringConstraints(pattern=NAME, max_length=LONGEST_NAME)] | None = None
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
        )


class OccurrenceEdit(BaseModel):
    """What to change; what is left out stays. Times are what the clock on the wall shows, without an offset.

    A new start without an end keeps the length. `capacity` null takes the limit away.
    """

    model_config = ConfigDict(extra="forbid")

    starts: WallTime | None = None
    ends: WallTime | None = None
    place: Place | None = None
    title: Title | None = None
    capacity: Annotated[int, Field(ge=1, le=MOST_PLACES)] | None = None

    @property
    def says_capacity(self) -> bool:
        """Whether the limit is spoken of at all."""
        return "capacity" in self.model_fields_set


class RsvpDraft(BaseModel):
    """Whether a member is coming."""

    answer: Answer


class RsvpView(BaseModel):
    """What a member said about coming to an occurrence."""

    model_config = ConfigDict(from_attributes=True)

    occurrence_id: UUID
    answer: Answer


class RsvpList(BaseModel):
    """What a member said about everything that is still to come."""

    items: list[RsvpView]


class ActivityTally(BaseModel):
    """How many activities an import touched; `missing` ones are stored, still to come, and not in the file."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    missing: int = 0


class OccurrenceTally(BaseModel):
    """What an import did to dates that are still to come."""

    added: int = 0
    moved: int = 0
    changed: int = 0
    cancelled: int = 0
    restored: int = 0
    unchanged: int = 0

    def count(self, change: Change) -> None:
        """One more of these."""
        setattr(self, change, getattr(self, change) + 1)


class ProblemView(BaseModel):
    """Something in the file that could not be used as it is, and what to do about it."""

    model_config = ConfigDict(from_attributes=True)

    line: int
    component: str
    reason: str


class ImportReport(BaseModel):
    """What became of a calendar file. `missing` names the activities that it no longer has."""

    activities: ActivityTally
    occurrences: OccurrenceTally
    missing: list[str]
    problems: list[ProblemView]
