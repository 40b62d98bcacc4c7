"""When a rule comes round: RRULE, RDATE and EXDATE worked out in wall time.

Everything here is naive wall time, so a weekly 18:30 stays 18:30 when the clocks change. Periods (years, months, weeks,
days) are numbered, so a rule is entered where the window begins, not where it started decades ago; only a rule with
COUNT has to be counted from its start. Every time looked at is paid for from `Steps`, so no rule can spin.
"""

import calendar
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time
from itertools import product

from services.events.errors.calendar import RuleRefused
from services.events.recurrence_rule import Rule

DATES_AT_MOST = 1_000
STEPS_AT_MOST = 200_000
LAST_DAY = date.max.toordinal()


class Steps:
    """How much counting may still be done; the same rule always costs the same."""

    def __init__(self, at_most: int = STEPS_AT_MOST) -> None:
        self.left = at_most

    def take(self, times: int) -> None:
        self.left -= times
        if self.left < 0:
            raise RuleRefused(
                "Its rule takes too long to work out: it counts from long ago, or hardly ever comes round. "
                "Start the rule nearer to today, or give the dates one by one."
            )


def expand(
    start: datetime,
    rules: Iterable[Rule] = (),
    *,
    also: Collection[datetime] = (),
    without: Collection[datetime] = (),
    without_days: Collection[date] = (),
    since: date,
    until: date,
    steps: Steps | None = None,
) -> list[datetime]:
    """Every start from `since` to `until`, both days included, in order.

    `start` is the first date of each rule, as RFC 5545 has it, whether or not it fits the rule, and counts for COUNT.
    """
    steps = steps or Steps()
    rules = tuple(rules)
    found = {when for when in (*also, *(() if rules else (start,))) if since <= when.date() <= until}
    for rule in rules:
        for when in _dates(rule, start, since, until, steps):
            found.add(when)
            if len(found) > DATES_AT_MOST:
                break
    if len(found) > DATES_AT_MOST:
        raise RuleRefused(
            f"It makes more than {DATES_AT_MOST:,} dates between {since} and {until}. "
            "Give the rule an end (UNTIL or COUNT)."
        )
    return sorted(when for when in found if when not in without and when.date() not in without_days)


def _dates(rule: Rule, start: datetime, since: date, until: date, steps: Steps) -> Iterator[datetime]:
    last = datetime.combine(until, time.max)
    last = min(last, rule.until or last)
    if start > last:
        return
    if start.date() >= since:
        yield start
    made = 1
    rule = _completed(rule, start)
    times = _times(rule, start)
    # Without a COUNT nothing before the window matters, so the counting begins there.
    begin = max(start.date(), since) if rule.count is None else start.date()
    for days in _periods(rule, start.date(), begin, last.date()):
        steps.take((len(days) + 1) * len(times))
        candidates = [datetime.combine(day, at) for day in days if _fits(rule, day) for at in times]
        for when in _chosen(rule, candidates):
            if when <= start:
                continue
            made += 1
            if when > last or (rule.count is not None and made > rule.count):
                return
            if when.date() >= since:
                yield when


def _completed(rule: Rule, start: datetime) -> Rule:
    """What the rule leaves open, its first date answers: a plain yearly rule is for that day of that month."""
    if rule.weeks or rule.year_days or rule.month_days or rule.weekdays:
        return rule
    if rule.every == "YEARLY":
        return replace(rule, months=rule.months or frozenset({start.month}), month_days=frozenset({start.day}))
    if rule.every == "MONTHLY":
        return replace(rule, month_days=frozenset({start.day}))
    if rule.every == "WEEKLY":
        return replace(rule, weekdays=frozenset({(0, start.weekday())}))
    return rule


def _times(rule: Rule, start: datetime) -> list[time]:
    hours, minutes, seconds = rule.hours or {start.hour}, rule.minutes or {start.minute}, rule.seconds or {start.second}
    return sorted(time(*parts) for parts in product(hours, minutes, seconds))


def _periods(rule: Rule, start: date, begin: date, last: date) -> Iterator[list[date]]:
    """The days of each period of the rule, from the one `begin` is in to the one `last` is in."""
    first, end = _period_of(rule, start), _period_of(rule, last)
    number = first + max(0, _period_of(rule, begin) - first) // rule.interval * rule.interval
    while number <= end:
        yield _days_of(rule, number)
        number += rule.interval


def _period_of(rule: Rule, day: date) -> int:
    match rule.every:
        case "YEARLY":
            return day.year
        case "MONTHLY":
            return day.year * 12 + day.month - 1
        case "WEEKLY":
            return (day.toordinal() - 1 - rule.week_starts) // 7
        case _:
            return day.toordinal()


def _days_of(rule: Rule, number: int) -> list[date]:
    match rule.every:
        case "YEARLY":
            by_month = rule.months and not rule.weeks and not rule.year_days
            months = sorted(rule.months) if by_month else range(1, 13)
            return [day for month in months for day in _month(number, month)]
        case "MONTHLY":
            year, month = divmod(number, 12)
            return _month(year, month + 1) if not rule.months or month + 1 in rule.months else []
        case "WEEKLY":
            monday = number * 7 + 1 + rule.week_starts
            return [date.fromordinal(day) for day in range(monday, monday + 7) if 1 <= day <= LAST_DAY]
        case _:
            return [date.fromordinal(number)]


def _month(year: int, month: int) -> list[date]:
    return [date(year, month, day) for day in range(1, calendar.monthrange(year, month)[1] + 1)]


def _fits(rule: Rule, day: date) -> bool:
    return (
        (not rule.months or day.month in rule.months)
        and (not rule.month_days or _either_way(day.day, calendar.monthrange(day.year, day.month)[1], rule.month_days))
        and (not rule.year_days or _either_way(_day_of_year(day), _days_in(day.year), rule.year_days))
        and (not rule.weeks or _either_way(*_week_of_year(day, rule.week_starts), rule.weeks))
        and (not rule.weekdays or _weekday_fits(rule, day))
    )


def _either_way(number: int, of: int, wanted: Collection[int]) -> bool:
    return number in wanted or number - of - 1 in wanted


def _weekday_fits(rule: Rule, day: date) -> bool:
    weekday = day.weekday()
    # "The second Thursday" only means something within a month or a year; elsewhere the number is ignored.
    by_year = rule.every == "YEARLY" and not rule.months
    counted = rule.every in {"MONTHLY", "YEARLY"} and not rule.weeks
    number, of = (
        (_day_of_year(day), _days_in(day.year)) if by_year else (day.day, calendar.monthrange(day.year, day.month)[1])
    )
    return any(
        wanted == weekday and (not which or not counted or which in {(number - 1) // 7 + 1, -((of - number) // 7 + 1)})
        for which, wanted in rule.weekdays
    )


def _day_of_year(day: date) -> int:
    return day.toordinal() - date(day.year, 1, 1).toordinal() + 1


def _days_in(year: int) -> int:
    return 366 if calendar.isleap(year) else 365


def _week_of_year(day: date, week_starts: int) -> tuple[int, int]:
    """The number of the day's week, and how many weeks that year has; a week belongs to the year of its fourth day."""
    fourth = _fourth_day(day, week_starts)
    # 28 December is in the last week of its year whatever day weeks begin on.
    last = _fourth_day(date(fourth.year, 12, 28), week_starts)
    return (_day_of_year(fourth) - 1) // 7 + 1, (_day_of_year(last) - 1) // 7 + 1


def _fourth_day(day: date, week_starts: int) -> date:
    ordinal = day.toordinal() - (day.weekday() - week_starts) % 7 + 3
    return date.fromordinal(min(max(ordinal, 1), LAST_DAY))


def _chosen(rule: Rule, candidates: list[datetime]) -> list[datetime]:
    if not rule.positions:
        return candidates
    count = len(candidates)
    picked = {place - 1 if place > 0 else count + place for place in rule.positions}
    return [candidates[place] for place in sorted(picked) if 0 <= place < count]
