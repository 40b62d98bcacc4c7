"""How often something comes round, as people say it; kept as the text of an RRULE."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.events.recurrence_rule import WEEKDAYS, read_rule

DAYS_A_WEEK = 7
# Not every month has a fifth Thursday: the fifth is the last.
CERTAIN_WEEKS = 4


class Every(StrEnum):
    """What the first date has in common with those after it."""

    WEEK = "week"  # the day of the week
    MONTH_BY_DAY = "month_by_day"  # the 12th; a month without a 31st is left out
    MONTH_BY_WEEKDAY = "month_by_weekday"  # the second Thursday


class Repeat(BaseModel):
    """Every week, every third month and so on, until a date, so many times, or without an end."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    every: Every
    interval: Annotated[int, Field(ge=1, le=12)] = 1
    until: date | None = None
    count: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _one_end(self) -> Self:
        if self.until is not None and self.count is not None:
            raise ValueError("give the last date or how many times, not both")
        return self

    def rule(self, first: date) -> str:
        """The same as a rule for what is on `first` for the first time."""
        parts = ["FREQ=WEEKLY" if self.every is Every.WEEK else "FREQ=MONTHLY", f"INTERVAL={self.interval}"]
        if self.every is Every.MONTH_BY_WEEKDAY:
            week = (first.day - 1) // DAYS_A_WEEK + 1
            parts.append(f"BYDAY={week if week <= CERTAIN_WEEKS else -1}{WEEKDAYS[first.weekday()]}")
        if self.until is not None:
            parts.append(f"UNTIL={self.until:%Y%m%d}")
        if self.count is not None:
            parts.append(f"COUNT={self.count}")
        return ";".join(parts)

    @classmethod
    def read(cls, rule: str) -> Self:
        """What `rule` made of it."""
        read = read_rule(rule)
        monthly = Every.MONTH_BY_WEEKDAY if read.weekdays else Every.MONTH_BY_DAY
        return cls(
            every=Every.WEEK if read.every == "WEEKLY" else monthly,
            interval=read.interval,
            until=read.until.date() if read.until else None,
            count=read.count,
        )
