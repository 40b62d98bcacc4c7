from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.events.programme_diff import Change, Facts
from services.events.repeats import Repeat
from services.events.schemas.cards import CardEdit
from services.events.schemas.programme import MOST_PLACES
from services.events.schemas.words import SOME_ID, Place, Summary, Title, WallTime, example
from services.events.series_diff import SeriesDifference

SHOWN = 10
WORDS = {"title", "summary", "place", "capacity"}


class Reach(StrEnum):
    """Which dates a change is for; one date alone is changed as an occurrence."""

    LATER = "later"  # this one and those after it
    ALL = "all"  # all that are still to come


class SeriesEdit(BaseModel):
    """What to change from a date on; what is left out stays.

    `starts` and `ends` are those of the first date in reach: on the same day they change the hour of every date, on
    another day all follow from there. `repeat` null: that first date is the last as well.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra=example(
            {
                "reach": "later",
                "occurrence_id": SOME_ID,
                "starts": "2027-01-13T19:00",
                "repeat": {"every": "week", "interval": 2},
            }
        ),
    )

    reach: Reach
    occurrence_id: UUID | None = None
    starts: WallTime | None = None
    ends: WallTime | None = None
    repeat: Repeat | None = None
    title: Title | None = None
    summary: Summary | None = None
    place: Place | None = None
    capacity: Annotated[int, Field(ge=1, le=MOST_PLACES)] | None = None
    card: CardEdit | None = None

    @model_validator(mode="after")
    def _says_from_where(self) -> Self:
        if (self.reach is Reach.LATER) != (self.occurrence_id is not None):
            raise ValueError("give `occurrence_id`, the first date to change, with the reach `later`, and only then")
        return self

    @property
    def says_repeat(self) -> bool:
        """Whether the rule is spoken of at all."""
        return "repeat" in self.model_fields_set

    def reworded(self, facts: Facts) -> Facts:
        """These facts in the new words; times stay."""
        said: dict[str, Any] = {
            name: getattr(self, name)
            for name in WORDS & self.model_fields_set
            if name == "capacity" or getattr(self, name) is not None
        }
        card = self.card.model_dump(mode="json", exclude_none=True) if self.card else {}
        return replace(facts, **said, card={**facts.card, **card})


class Dates(BaseModel):
    """How many dates there are: the first ten and the last ten of them, in local time without an offset."""

    count: int
    first: list[datetime]
    last: list[datetime]

    @classmethod
    def of(cls, starts: list[datetime]) -> Self:
        """These, which are in order."""
        return cls(count=len(starts), first=starts[:SHOWN], last=starts[SHOWN:][-SHOWN:])


class DayView(BaseModel):
    """A day, and what is special about it."""

    day: date
    why: str


class ActivityPreview(BaseModel):
    """What beginning an activity would make. On `closed` days there is nothing; a bank holiday is only a warning."""

    dates: Dates
    bank_holidays: list[DayView]
    closed: list[DayView]


class SeriesChange(BaseModel):
    """What a change does to the dates in reach. `kept_by_hand`: on so many, something stays as it was made by hand."""

    moved: int
    changed: int
    added: int
    cancelled: int
    restored: int
    unchanged: int
    kept_by_hand: int
    dates: Dates

    @classmethod
    def of(cls, found: SeriesDifference) -> Self:
        """What was found, as a person would count it."""
        starts = [each.facts.starts for each in found.dates if not each.facts.cancelled]
        counts = {change.value: found.count(change) for change in Change}
        return cls(**counts, kept_by_hand=found.kept, dates=Dates.of(starts))
