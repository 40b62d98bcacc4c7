from datetime import UTC, datetime, time

from hypothesis import given
from hypothesis import strategies as st

from services.notifications.quiet_hours import quiet_until

LONDON = "Europe/London"
NIGHT = (time(21), time(9))


def test_the_night_ends_at_nine():
    assert quiet_until(datetime(2026, 11, 26, 23, tzinfo=UTC), LONDON, *NIGHT) == datetime(2026, 11, 27, 9, tzinfo=UTC)
    assert quiet_until(datetime(2026, 11, 27, 3, tzinfo=UTC), LONDON, *NIGHT) == datetime(2026, 11, 27, 9, tzinfo=UTC)


def test_the_day_is_not_quiet():
    assert quiet_until(datetime(2026, 11, 26, 12, tzinfo=UTC), LONDON, *NIGHT) is None


def test_nine_is_nine_on_the_day_the_clocks_change():
    # 28 March 2027: nine in the morning is eight in UTC.
    assert quiet_until(datetime(2027, 3, 27, 23, tzinfo=UTC), LONDON, *NIGHT) == datetime(2027, 3, 28, 8, tzinfo=UTC)


def test_equal_times_mean_never_quiet():
    assert quiet_until(datetime(2026, 11, 26, 3, tzinfo=UTC), LONDON, time(9), time(9)) is None


walls = st.times().map(lambda t: t.replace(second=0, microsecond=0))


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)).map(lambda d: d.replace(tzinfo=UTC)),
    walls,
    walls,
)
def test_quiet_ends_within_a_day_and_is_then_over(now: datetime, start: time, until: time):
    end = quiet_until(now, "UTC", start, until)
    if end is not None:
        assert 0 < (end - now).total_seconds() <= 24 * 3600
        assert end.time() == until
        assert quiet_until(end, "UTC", start, until) is None
