from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from services.notifications.reminders import plan

LONDON = "Europe/London"


def planned(starts: datetime, *, all_day: bool = False):
    at = starts.replace(tzinfo=ZoneInfo(LONDON)).astimezone(UTC)
    return plan(starts, LONDON, at, all_day=all_day)


def test_the_evening_before_and_two_hours_before_by_the_wall_clock():
    day_before, two_hours = planned(datetime(2026, 11, 26, 18, 30))
    assert (day_before.rule, day_before.due_at) == ("day-before", datetime(2026, 11, 25, 18, tzinfo=UTC))
    assert (two_hours.rule, two_hours.due_at) == ("two-hours-before", datetime(2026, 11, 26, 16, 30, tzinfo=UTC))


def test_six_in_the_evening_stays_six_across_a_clock_change():
    # The clocks go forward on 28 March 2027 at one in the morning.
    before, after = planned(datetime(2027, 3, 28, 18, 30))
    assert before.due_at == datetime(2027, 3, 27, 18, tzinfo=UTC)
    assert after.due_at == datetime(2027, 3, 28, 15, 30, tzinfo=UTC)


def test_what_lasts_all_day_has_only_the_evening_before():
    assert [p.rule for p in planned(datetime(2026, 11, 26), all_day=True)] == ["day-before"]


def test_each_is_of_no_use_once_the_next_is_due():
    day_before, two_hours = planned(datetime(2026, 11, 26, 18, 30))
    assert day_before.expires_at == two_hours.due_at
    assert two_hours.expires_at == datetime(2026, 11, 26, 18, 30, tzinfo=UTC)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)), st.booleans())
def test_reminders_come_before_the_start_and_in_order(starts: datetime, all_day: bool):
    at = starts.replace(tzinfo=ZoneInfo(LONDON)).astimezone(UTC)
    plans = planned(starts, all_day=all_day)
    dues = [p.due_at for p in plans]
    assert dues == sorted(dues)
    assert all(p.due_at < p.expires_at <= at for p in plans)
    assert all(at - p.due_at < timedelta(hours=54) for p in plans)
