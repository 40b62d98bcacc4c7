"""The dates of a rule, against oracles that share nothing with the code."""

import calendar
import datetime as dt
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from services.events.recurrence import DATES_AT_MOST, expand
from services.events.recurrence_rule import read_rule

SINCE, UNTIL = date(2026, 11, 23), date(2027, 12, 31)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


# An oracle that looks at every day of the window and asks the plainest question about it.


def on_a_weekly_rule(day: date, start: date, interval: int, weekdays: set[int]) -> bool:
    monday, first = day - timedelta(days=day.weekday()), start - timedelta(days=start.weekday())
    return day.weekday() in weekdays and (monday - first).days // 7 % interval == 0


def on_a_monthly_rule(day: date, start: date, interval: int, which: int, weekday: int) -> bool:
    months = (day.year - start.year) * 12 + day.month - start.month
    _, length = calendar.monthrange(day.year, day.month)
    same = [date(day.year, day.month, one) for one in range(1, length + 1)]
    same = [one for one in same if one.weekday() == weekday]
    place = which - 1 if which > 0 else which
    return months % interval == 0 and -len(same) <= place < len(same) and same[place] == day


def by_looking_at_every_day(
    fits: Callable[[date], bool], start: datetime, count: int | None, ends: date, without: set[date]
):
    found = [start]
    day = start.date()
    while (count is None or len(found) < count) and day < ends:
        day += timedelta(days=1)
        if fits(day):
            found.append(datetime.combine(day, start.time()))
    return [when for when in found if SINCE <= when.date() <= ends and when.date() not in without]


starts = st.datetimes(datetime(2025, 6, 1), datetime(2027, 6, 1)).map(
    lambda when: when.replace(second=0, microsecond=0)
)
counts = st.none() | st.integers(1, 80)
skipped = st.sets(st.dates(SINCE, UNTIL), max_size=40)
ends = st.none() | st.dates(date(2027, 6, 2), UNTIL)


def ended(rule: str, count: int | None, end: date | None):
    return rule + (f";COUNT={count}" if count else "") + (f";UNTIL={end:%Y%m%d}" if end else "")


@settings(deadline=None)
@given(starts, st.integers(1, 5), st.sets(st.integers(0, 6), min_size=1), counts, ends, skipped)
def test_weekly_rules_are_what_a_calendar_on_the_wall_says(
    start: datetime, interval: int, weekdays: set[int], count: int | None, end: date | None, without: set[date]
):
    rule = ended(f"FREQ=WEEKLY;INTERVAL={interval};BYDAY={','.join(WEEKDAYS[day] for day in weekdays)}", count, end)
    exact = [datetime.combine(day, start.time()) for day in without]
    found = expand(start, [read_rule(rule)], without=exact, since=SINCE, until=UNTIL)
    fits = partial(on_a_weekly_rule, start=start.date(), interval=interval, weekdays=weekdays)
    assert found == by_looking_at_every_day(fits, start, count, end or UNTIL, without)


@settings(deadline=None)
@given(
    starts, st.integers(1, 5), st.sampled_from([-5, -2, -1, 1, 2, 3, 4, 5]), st.integers(0, 6), counts, ends, skipped
)
def test_monthly_rules_are_what_a_calendar_on_the_wall_says(
    start: datetime, interval: int, which: int, weekday: int, count: int | None, end: date | None, without: set[date]
):
    rule = ended(f"FREQ=MONTHLY;INTERVAL={interval};BYDAY={which}{WEEKDAYS[weekday]}", count, end)
    found = expand(start, [read_rule(rule)], without_days=without, since=SINCE, until=UNTIL)
    fits = partial(on_a_monthly_rule, start=start.date(), interval=interval, which=which, weekday=weekday)
    assert found == by_looking_at_every_day(fits, start, count, end or UNTIL, without)


# The other oracle, for every kind of rule. dateutil searches to the last year there is for a rule that never comes
# round, which is why the programme does not use it; here its last year is a near one.
NEAR = SimpleNamespace(**{**vars(dt), "MAXYEAR": 2029})


def by_dateutil(text: str, start: datetime, until: date):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dateutil.rrule.datetime", NEAR)
        return [when for when in rrulestr(text, dtstart=start) if when.date() <= until]


def some(numbers: st.SearchStrategy[Any]):
    return st.none() | st.sets(numbers, min_size=1, max_size=4)


def either_way(most: int):
    return st.integers(1, most) | st.integers(-most, -1)


@st.composite
def any_rule(draw: st.DrawFn):
    every = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    named = st.sampled_from(WEEKDAYS)
    numbered = st.tuples(st.sampled_from([-2, -1, 1, 2, 3]), named).map(lambda day: f"{day[0]}{day[1]}")
    parts = {
        "INTERVAL": {draw(st.integers(1, 4))},
        "WKST": {draw(named)},
        "BYMONTH": draw(some(st.integers(1, 12))),
        "BYHOUR": draw(some(st.integers(0, 23))),
        "BYDAY": draw(some(named) | some(numbered) if every in {"MONTHLY", "YEARLY"} else some(named)),
        "BYMONTHDAY": draw(some(either_way(31))) if every != "WEEKLY" else None,
        "BYYEARDAY": draw(some(either_way(366))) if every == "YEARLY" else None,
    }
    # dateutil begins the first week of a weekly rule at its start and not at the week's, which moves the positions in it.
    if every != "WEEKLY" and any(parts[name] for name in ("BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYHOUR")):
        parts["BYSETPOS"] = draw(some(either_way(4)))
    said = [f"{name}={','.join(str(value) for value in sorted(values))}" for name, values in parts.items() if values]
    return ";".join([f"FREQ={every}", *said])


@settings(deadline=None)
@given(
    any_rule(), st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(lambda when: when.replace(microsecond=0))
)
def test_every_rule_is_what_dateutil_says(text: str, start: datetime):
    until = date(2027, 3, 31)
    theirs = sorted({start, *by_dateutil(text, start, until)})
    assume(len(theirs) <= DATES_AT_MOST)
    assert expand(start, [read_rule(text)], since=start.date(), until=until) == theirs


@settings(deadline=None)
@given(st.integers(-53, 53).filter(bool), st.integers(2020, 2026))
def test_weeks_of_the_year_are_those_of_the_standard(week: int, year: int):
    """Not by dateutil, which forgets the first days of a year that belong to the last week of the one before."""
    first, last = date(year, 1, 1), date(year + 3, 12, 31)
    every_day = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    numbered = [day for day in every_day if week in {day.isocalendar().week, _from_the_end(day)}]
    found = expand(
        datetime.combine(first, time(9)), [read_rule(f"FREQ=YEARLY;BYWEEKNO={week}")], since=first, until=last
    )
    assert [when.date() for when in found] == sorted({first, *numbered})


def _from_the_end(day: date) -> int:
    year, week, _ = day.isocalendar()
    return week - date(year, 12, 28).isocalendar().week - 1
