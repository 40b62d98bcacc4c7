"""The week of a poster: its days, and when things are on, in words that can be read from across a room."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self

from services.events.wall_time import instant
from shared.clock_words import time_words

WEEK = re.compile(r"(2[01]\d\d)-W(\d\d)")
A_DAY = timedelta(days=1)
DAYS = 7
# What ends by then in the morning still belongs to the evening before.
NIGHT = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Week:
    """From a Monday to the Sunday after it, as calendars on the wall count them (ISO 8601)."""

    monday: date

    @classmethod
    def read(cls, text: str) -> Self:
        """The week called `2026-W48`; raises ValueError for one that no year has."""
        named = WEEK.fullmatch(text)
        if named is None:
            raise ValueError("no week is called that")
        return cls(date.fromisocalendar(int(named[1]), int(named[2]), 1))

    @classmethod
    def of(cls, day: date) -> Self:
        """The week that a day is in."""
        return cls(day - timedelta(days=day.weekday()))

    @property
    def name(self) -> str:
        """Such as `2026-W48`."""
        year, week, _ = self.monday.isocalendar()
        return f"{year}-W{week:02d}"

    @property
    def days(self) -> list[date]:
        """Monday to Sunday."""
        return [self.monday + timedelta(days=number) for number in range(DAYS)]

    def bounds(self, timezone: str) -> tuple[datetime, datetime]:
        """The midnights it lies between. A week in which the clocks change is an hour longer or shorter."""
        first, after = (datetime.combine(day, datetime.min.time()) for day in (self.monday, self.days[-1] + A_DAY))
        return instant(first, timezone), instant(after, timezone)


def day_words(day: date) -> str:
    """Thursday 26 November."""
    return f"{day:%A} {day.day} {day:%B}"


def when_words(starts: datetime, ends: datetime, *, all_day: bool) -> str:
    """From when to when, by the clock on the wall: 6.30pm to 9pm."""
    if all_day:
        # The end of a whole day is the midnight after it.
        last = (ends - timedelta(microseconds=1)).date()
        return "All day" if last <= starts.date() else f"All day, until {day_words(last)}"
    if ends == starts:
        return time_words(starts)
    if (ends - NIGHT).date() <= starts.date():
        return f"{time_words(starts)} to {time_words(ends)}"
    return f"{time_words(starts)}, until {day_words(ends.date())}, {time_words(ends)}"
