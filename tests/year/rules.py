"""When things come round and what the clocks show, by dateutil and the standard library: by nothing of ours."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import MONTHLY, WEEKLY, rrule, weekday

LONDON = "Europe/London"
_ZONE = ZoneInfo(LONDON)
MORNING, EVENING, LATE = time(9), time(21), time(23)
SAME_EVENING, SOON = timedelta(hours=2), timedelta(hours=3)


@dataclass(frozen=True)
class Rule:
    """A first date and how it comes round; `every` is empty for what happens once."""

    first: datetime
    every: str = ""
    interval: int = 1
    count: int | None = None
    until: date | None = None

    @property
    def is_endless(self) -> bool:
        return bool(self.every) and self.count is None and self.until is None

    @property
    def repeat(self) -> dict[str, Any] | None:
        """As the API is told it."""
        if not self.every:
            return None
        return {"every": self.every, "interval": self.interval, "count": self.count, "until": self.until}

    def slots(self, last: date) -> list[str]:
        """Every date of it; of an endless one those until the last day, and always the first."""
        if not self.every:
            return [self.first.isoformat()]
        week = (self.first.day - 1) // 7 + 1
        by_weekday = {"byweekday": weekday(self.first.weekday(), week if week < 5 else -1)}
        end = self.until or (max(last, self.first.date()) if self.is_endless else None)
        dates = rrule(
            WEEKLY if self.every == "week" else MONTHLY,
            dtstart=self.first,
            interval=self.interval,
            count=self.count,
            until=datetime.combine(end, time.max) if end else None,
            **(by_weekday if self.every == "month_by_weekday" else {}),
        )
        return [each.isoformat() for each in dates]


def instant(wall: datetime) -> datetime:
    """When the clocks in London show that; an hour that they skip is the next."""
    return wall.replace(tzinfo=_ZONE).astimezone(UTC)


def wall(at: datetime) -> datetime:
    """What the clocks in London show then."""
    return at.astimezone(_ZONE).replace(tzinfo=None)


def may_be_asked(now: datetime, starts_at: datetime) -> bool:
    """Whether it is a time at which people are asked: not at night, but until eleven about tonight."""
    o_clock = wall(now).time()
    this_evening = starts_at <= now + SOON and o_clock < LATE
    return now < starts_at and o_clock >= MORNING and (o_clock < EVENING or this_evening)


def next_morning(now: datetime) -> datetime:
    """The next nine o'clock."""
    here = wall(now)
    return instant(datetime.combine(here.date() + timedelta(days=here.time() >= MORNING), MORNING))
