"""Rules worked out in wall time, rules that cannot be used, and rules meant to make a machine count for ever."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.events.errors.calendar import RuleRefused
from services.events.recurrence import DATES_AT_MOST, STEPS_AT_MOST, Steps, expand
from services.events.recurrence_rule import read_rule

SINCE, UNTIL = date(2026, 11, 23), date(2027, 12, 31)
THURSDAY = datetime(2026, 11, 26, 18, 30)
EVERY_HOUR = ",".join(str(hour) for hour in range(24))


def dates(text: str, start: datetime = THURSDAY, since: date = SINCE, until: date = UNTIL) -> list[datetime]:
    return expand(start, [read_rule(text)], since=since, until=until)


def days(*texts: str, at: str = "18:30") -> list[datetime]:
    return [datetime.fromisoformat(f"{text}T{at}") for text in texts]


def test_weekly_goes_on_at_the_same_hour():
    found = dates("FREQ=WEEKLY;BYDAY=TH")
    assert found[:2] == days("2026-11-26", "2026-12-03")
    assert len(found) == 58
    assert {(when.weekday(), when.time()) for when in found} == {(3, time(18, 30))}


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("FREQ=WEEKLY;COUNT=3", ["2026-11-26", "2026-12-03", "2026-12-10"]),
        ("FREQ=WEEKLY;UNTIL=20261203", ["2026-11-26", "2026-12-03"]),
        ("FREQ=WEEKLY;UNTIL=20261203T183000", ["2026-11-26", "2026-12-03"]),
        ("FREQ=WEEKLY;UNTIL=20261203T182959", ["2026-11-26"]),
        ("FREQ=WEEKLY;UNTIL=20261203T183000Z", ["2026-11-26", "2026-12-03"]),
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=3;BYDAY=TU,TH", ["2026-11-26", "2026-12-08", "2026-12-10"]),
        ("FREQ=MONTHLY;BYDAY=-1SU;COUNT=3", ["2026-11-26", "2026-11-29", "2026-12-27"]),
        ("FREQ=MONTHLY;BYDAY=4TH;COUNT=3", ["2026-11-26", "2026-12-24", "2027-01-28"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3", ["2026-11-26", "2026-11-30", "2026-12-31"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3", ["2026-11-26", "2026-11-30", "2026-12-31"]),
        ("FREQ=YEARLY;COUNT=2", ["2026-11-26", "2027-11-26"]),
        ("FREQ=YEARLY;BYMONTH=1;BYDAY=1MO", ["2026-11-26", "2027-01-04"]),
        ("freq=weekly;count=2;wkst=mo;", ["2026-11-26", "2026-12-03"]),
        ("FREQ=WEEKLY;COUNT=2;X-NAME=1;RSCALE=GREGORIAN;SKIP=OMIT", ["2026-11-26", "2026-12-03"]),
    ],
)
def test_rules(rule: str, found: list[str]):
    assert dates(rule) == days(*found)


def test_count_counts_from_the_first_date_and_not_from_the_window():
    assert dates("FREQ=WEEKLY;COUNT=4", datetime(2026, 11, 12, 18, 30)) == days("2026-11-26", "2026-12-03")


def test_the_week_may_begin_on_another_day():
    start = datetime(1997, 8, 5, 9)
    window = {"since": date(1997, 1, 1), "until": date(1998, 1, 1)}
    monday = dates("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", start, **window)
    sunday = dates("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", start, **window)
    assert monday == days("1997-08-05", "1997-08-10", "1997-08-19", "1997-08-24", at="09:00")
    assert sunday == days("1997-08-05", "1997-08-17", "1997-08-19", "1997-08-31", at="09:00")


def test_several_rules_and_lists_make_one_set():
    found = expand(
        THURSDAY,
        [read_rule("FREQ=WEEKLY;COUNT=4"), read_rule("FREQ=MONTHLY;COUNT=2")],
        also=[datetime(2026, 11, 27, 10), THURSDAY],
        without=days("2026-12-03"),
        without_days=[date(2026, 12, 10)],
        since=SINCE,
        until=UNTIL,
    )
    assert found == [*days("2026-11-26"), datetime(2026, 11, 27, 10), *days("2026-12-17", "2026-12-26")]


def test_a_rule_that_ended_before_it_began_has_no_dates():
    assert dates("FREQ=WEEKLY;UNTIL=20261101") == []


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("FREQ=SECONDLY", "within the day"),
        ("FREQ=MINUTELY;COUNT=2", "within the day"),
        ("FREQ=HOURLY;INTERVAL=24", "within the day"),
        ("FREQ=DAILY;BYHOUR=1,2,3,4,5;BYMINUTE=1,2,3,4,5", "times a day"),
        ("COUNT=3", "FREQ"),
        ("FREQ=WEEKLY;COUNT", "cannot be read"),
        ("FREQ=WEEKLY;COUNT=0", "at least 1"),
        ("FREQ=WEEKLY;INTERVAL=0", "at least 1"),
        ("FREQ=WEEKLY;COUNT=1,2", "more than once"),
        ("FREQ=WEEKLY;COUNT=many", "cannot be read"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "does not exist"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "does not exist"),
        ("FREQ=YEARLY;BYMONTH=5L", "does not exist"),
        ("FREQ=YEARLY;BYEASTER=1", "not understood"),
        ("FREQ=YEARLY;RSCALE=CHINESE", "not understood"),
        ("W1 TH #10", "cannot be read"),
    ],
)
def test_a_rule_that_cannot_be_used_says_why(rule: str, says: str):
    with pytest.raises(RuleRefused, match=says):
        read_rule(rule)


def steps_of(rule: str, start: datetime = THURSDAY, since: date = SINCE, until: date = UNTIL) -> tuple[int, int]:
    """How many dates come out, and how much counting that took."""
    steps = Steps()
    found = expand(start, [read_rule(rule)], since=since, until=until, steps=steps)
    return len(found), STEPS_AT_MOST - steps.left


def test_a_rule_that_never_comes_round_costs_only_the_window():
    assert steps_of("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31") == (1, 58)
    assert steps_of("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31") == (1, 802)
    assert steps_of("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=31;COUNT=5")[1] < 100


def test_a_rule_from_long_ago_is_entered_at_the_window():
    count, cost = steps_of("FREQ=DAILY", datetime(1, 1, 1, 18, 30))
    assert (count, cost) == (404, 808)


def test_a_million_dates_stop_at_the_window_or_are_refused():
    assert len(dates("FREQ=DAILY;COUNT=1000000")) == 401
    with pytest.raises(RuleRefused, match="too long to work out"):
        dates("FREQ=DAILY;COUNT=1000000", datetime(1, 1, 1, 18, 30))
    with pytest.raises(RuleRefused, match=r"more than 1,000 dates"):
        dates(f"FREQ=DAILY;BYHOUR={EVERY_HOUR}")
    with pytest.raises(RuleRefused, match="too long to work out"):
        dates(f"FREQ=YEARLY;BYDAY=MO,TU,WE;BYSETPOS=-1;BYHOUR={EVERY_HOUR};COUNT=1000", datetime(1900, 1, 1))


def test_a_thousand_dates_are_still_fine():
    last = THURSDAY.date() + timedelta(days=DATES_AT_MOST - 1)
    assert len(dates("FREQ=DAILY", until=last)) == DATES_AT_MOST
    with pytest.raises(RuleRefused):
        dates("FREQ=DAILY", until=last + timedelta(days=1))


@pytest.mark.parametrize("every", ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])
def test_the_ends_of_the_calendar_hold(every: str):
    last = datetime(9999, 12, 31, 23, 59)
    assert dates(f"FREQ={every}", last, date(9999, 1, 1), date.max) == [last]
    first = datetime(1, 1, 1)
    assert first in dates(f"FREQ={every};WKST=TU;COUNT=5", first, date.min, date(2, 1, 1))
    assert dates(f"FREQ={every};INTERVAL=2147483647", first, date.min, date.max)[0] == first


@settings(deadline=None)
@given(st.dates(date(2025, 6, 1), date(2027, 6, 1)), st.integers(0, 23), st.integers(1, 3))
def test_wall_time_is_the_same_on_both_sides_of_a_clock_change(day: date, hour: int, interval: int):
    start = datetime.combine(day, time(hour, 30))
    assert {when.time() for when in dates(f"FREQ=WEEKLY;INTERVAL={interval}", start)} <= {start.time()}


def refusal_of(text: str):
    try:
        read_rule(text)
    except RuleRefused as refused:
        return refused.detail
    return None


@settings(deadline=None)
@given(st.text(alphabet="FREQ=WKLYDAI;BYCOUNTMH,0123456789-+XUS\n", max_size=60))
def test_any_text_is_a_rule_or_refused_with_a_reason(text: str):
    assert refusal_of(text) != ""
