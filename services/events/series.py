"""A series' own plan: its first date, and how it comes round. It takes the place of a calendar file."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from services.events.errors.activities import NoDates, TooManyDates
from services.events.errors.calendar import RuleRefused
from services.events.programme_diff import Facts
from services.events.recurrence import DATES_AT_MOST, expand
from services.events.recurrence_rule import Rule, read_rule
from services.events.wall_time import instant, on_the_wall


@dataclass(frozen=True, slots=True)
class Plan:
    """What is said of every date. `facts` has the times of the first one; `rule` is None for what happens once."""

    facts: Facts
    rule: str | None

    @property
    def is_endless(self) -> bool:
        """Whether dates are added to it for ever."""
        return self.rule is not None and _has_no_end(read_rule(self.rule))

    def dates(self, since: date, until: date, closed: Collection[date] = ()) -> dict[str, Facts]:
        """Every date of it from `since` to `until`, by slot, in order; on days that are closed there is nothing.

        A slot is the wall time that the rule gives. Raises TooManyDates.
        """
        rules = [read_rule(self.rule)] if self.rule else []
        try:
            walls = expand(self.facts.starts, rules, without_days=closed, since=since, until=until)
        except RuleRefused as error:
            raise TooManyDates(f"More than {DATES_AT_MOST:,} dates: choose an earlier end.") from error
        return {slot_of(wall): self.on(wall) for wall in walls}

    def all_dates(self, horizon: date, closed: Collection[date] = ()) -> dict[str, Facts]:
        """Every date it will ever have; of an endless plan, those until the horizon. Raises NoDates, TooManyDates."""
        first = self.facts.starts.date()
        until = max(horizon, first) if self.is_endless else date.max
        dates = self.dates(first, until, closed)
        if not dates:
            raise NoDates("Every date of it is on a day when the group does nothing, or after its end.")
        return dates

    def on(self, wall: datetime) -> Facts:
        """What is said of the date that the rule gives."""
        return timed(self.facts, wall, self.facts.ends - self.facts.starts)

    def begun_at(self, starts: datetime, ends: datetime | None) -> "Plan":
        """The same with another first date, as long as before unless `ends` says otherwise."""
        ends = ends or starts + (self.facts.ends - self.facts.starts)
        return replace(self, facts=replace(self.facts, starts=starts, ends=ends))


def timed(facts: Facts, wall: datetime, length: timedelta) -> Facts:
    """The same, for a date that the rule gives; where the clocks jump over it, it begins when they have jumped."""
    starts = on_the_wall(instant(wall, facts.timezone), facts.timezone)
    return replace(facts, starts=starts, ends=on_the_wall(instant(starts + length, facts.timezone), facts.timezone))


def slot_of(wall: datetime) -> str:
    """What identifies a date of a series: when its rule has it, whatever becomes of it."""
    return wall.isoformat(timespec="seconds")


def _has_no_end(rule: Rule) -> bool:
    return rule.count is None and rule.until is None
