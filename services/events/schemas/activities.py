from datetime import datetime, timedelta
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.events.models import Activity
from services.events.programme_diff import Facts
from services.events.repeats import Repeat
from services.events.schemas.cards import Card
from services.events.schemas.programme import MOST_PLACES, GroupView
from services.events.schemas.words import SOME_ID, Place, Summary, Title, WallTime, Zone, example
from services.events.series import Plan

Capacity = Annotated[int, Field(ge=1, le=MOST_PLACES)]


class ActivityDraft(BaseModel):
    """Something a group will do. Times are what the clock on the wall shows; left out, the zone is the programme's own.

    Without `repeat` it is once, and without `capacity` there are places for all.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra=example(
            {
                "group_id": SOME_ID,
                "title": "Film night",
                "place": "The hall, 12 High Street",
                "starts": "2027-01-14T18:30",
                "ends": "2027-01-14T21:00",
                "repeat": {"every": "week", "interval": 2, "count": 10},
                "capacity": 20,
                "card": {"food": {"known": "yes", "note": "Soup and bread"}, "dogs": {"known": "no"}},
            }
        ),
    )

    group_id: UUID
    title: Title
    summary: Summary = ""
    place: Place = ""
    starts: WallTime
    ends: WallTime
    timezone: Zone | None = None
    repeat: Repeat | None = None
    capacity: Capacity | None = None
    tentative: bool = False
    card: Card = Card()

    def plan(self, zone: str) -> Plan:
        """What its dates are to follow."""
        facts = Facts(
            starts=self.starts,
            ends=self.ends,
            all_day=False,
            timezone=self.timezone or zone,
            title=self.title,
            summary=self.summary,
            place=self.place,
            cancelled=False,
            tentative=self.tentative,
            capacity=self.capacity,
            card=self.card.model_dump(mode="json", exclude_defaults=True),
        )
        return Plan(facts, self.repeat.rule(self.starts.date()) if self.repeat else None)


class ActivityCopy(BaseModel):
    """Something like what was done before; what is left out is as it was there. How it comes round is always said anew.

    An activity from a calendar file has no length to take over: give `ends`.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra=example(
            {"starts": "2027-02-04T19:00", "ends": "2027-02-04T21:30", "title": "Film night, but with music"}
        ),
    )

    starts: WallTime
    ends: WallTime | None = None
    repeat: Repeat | None = None
    title: Title | None = None
    summary: Summary | None = None
    place: Place | None = None
    capacity: Capacity | None = None
    tentative: bool = False

    def draft(self, like: Activity) -> ActivityDraft:
        """The whole of it, with what was not said taken from another."""
        length = like.ends - like.starts if like.starts and like.ends else timedelta(0)
        taken = {
            name: getattr(like, name) for name in ("group_id", "title", "summary", "place", "capacity", "timezone")
        }
        taken |= {"ends": self.starts + length, "card": Card.model_validate(like.card)}
        return ActivityDraft.model_validate(taken | self.model_dump(exclude_unset=True))


class ActivityView(BaseModel):
    """An activity. `starts`, `ends` and `repeat` are null where it follows a calendar file, in its own words `rule`."""

    id: UUID
    group: GroupView
    title: str
    summary: str
    place: str
    starts: datetime | None
    ends: datetime | None
    timezone: str
    rule: str | None
    repeat: Repeat | None
    capacity: int | None
    tentative: bool
    card: Card

    @classmethod
    def of(cls, activity: Activity) -> Self:
        """An activity as anyone who may see it sees it."""
        is_own = activity.calendar is None
        return cls(
            id=activity.id,
            group=GroupView.model_validate(activity.group),
            title=activity.title,
            summary=activity.summary,
            place=activity.place,
            starts=activity.starts,
            ends=activity.ends,
            timezone=activity.timezone,
            rule=activity.rule,
            repeat=Repeat.read(activity.rule) if is_own and activity.rule else None,
            capacity=activity.capacity,
            tentative=activity.tentative,
            card=Card.model_validate(activity.card),
        )
