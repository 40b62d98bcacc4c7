"""A weekly rule across both changes of the clocks, against a table made by hand from a calendar of London and New York."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from services.events.series import Plan
from tests.events.builders import THURSDAY

SPRING = [
    # The clocks of London go forward on Sunday 28 March 2027 at 01:00, from 01:00 to 02:00.
    ("Europe/London", "2027-03-21T18:30", ["18:30 18:30", "18:30 17:30", "18:30 17:30"]),
    ("Europe/London", "2027-03-21T00:30", ["00:30 00:30", "00:30 00:30", "00:30 23:30"]),
    ("Europe/London", "2027-03-21T01:00", ["01:00 01:00", "02:00 01:00", "01:00 00:00"]),
    ("Europe/London", "2027-03-21T01:30", ["01:30 01:30", "02:30 01:30", "01:30 00:30"]),
    ("Europe/London", "2027-03-21T02:00", ["02:00 02:00", "02:00 01:00", "02:00 01:00"]),
    # Those of New York on Sunday 14 March 2027 at 02:00.
    ("America/New_York", "2027-03-07T02:30", ["02:30 07:30", "03:30 07:30", "02:30 06:30"]),
]
AUTUMN = [
    # Those of London go back on Sunday 31 October 2027 at 02:00, to 01:00: the hour before comes twice.
    ("Europe/London", "2027-10-24T18:30", ["18:30 17:30", "18:30 18:30", "18:30 18:30"]),
    ("Europe/London", "2027-10-24T00:30", ["00:30 23:30", "00:30 23:30", "00:30 00:30"]),
    ("Europe/London", "2027-10-24T01:30", ["01:30 00:30", "01:30 00:30", "01:30 01:30"]),
    ("Europe/London", "2027-10-24T02:00", ["02:00 01:00", "02:00 02:00", "02:00 02:00"]),
    # Those of New York on Sunday 7 November 2027 at 02:00.
    ("America/New_York", "2027-10-31T01:30", ["01:30 05:30", "01:30 05:30", "01:30 06:30"]),
]


@pytest.mark.parametrize(("zone", "first", "found"), SPRING + AUTUMN)
def test_three_weeks_around_a_change_of_the_clocks(zone: str, first: str, found: list[str]):
    """Each is the time on the wall and the time in UTC; the slot is always what the rule says."""
    starts = datetime.fromisoformat(first)
    facts = replace(THURSDAY, starts=starts, ends=starts + timedelta(hours=1), timezone=zone)
    dates = Plan(facts, "FREQ=WEEKLY;COUNT=3").dates(starts.date(), date(2028, 1, 1))
    assert [f"{each.starts:%H:%M} {each.starts_at:%H:%M}" for each in dates.values()] == found
    assert list(dates) == [(starts + timedelta(weeks=week)).isoformat() for week in range(3)]


def test_an_evening_that_ends_in_the_hour_that_comes_twice_is_never_over_before_it_began():
    starts = datetime(2027, 10, 31, 0, 30)
    facts = replace(THURSDAY, starts=starts, ends=starts + timedelta(hours=1))
    [only] = Plan(facts, None).dates(starts.date(), starts.date()).values()
    assert only.ends_at - only.starts_at == timedelta(hours=1)
