from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from services.web.apis.programme import Group, Occurrence
from services.web.dates import day_words, span_words
from shared.clock_words import time_words

TODAY = date(2026, 11, 23)


def occurrence(starts: datetime, ends: datetime, *, all_day: bool = False) -> Occurrence:
    return Occurrence(
        id=uuid4(),
        group=Group(slug="g", name="G"),
        title="T",
        starts=starts,
        ends=ends,
        all_day=all_day,
        status="scheduled",
    )


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (TODAY, "Today, Monday 23 November"),
        (TODAY + timedelta(days=1), "Tomorrow, Tuesday 24 November"),
        (date(2026, 11, 26), "Thursday 26 November"),
        (date(2027, 1, 1), "Friday 1 January 2027"),
    ],
)
def test_days(day: date, words: str):
    assert day_words(day, TODAY) == words


@pytest.mark.parametrize(
    ("hour", "minute", "words"),
    [(0, 0, "midnight"), (0, 5, "12.05am"), (9, 0, "9am"), (12, 0, "noon"), (12, 30, "12.30pm"), (18, 30, "6.30pm")],
)
def test_times(hour: int, minute: int, words: str):
    assert time_words(datetime(2026, 11, 26, hour, minute)) == words


def test_spans():
    evening = datetime(2026, 11, 26, 18, 30)
    assert span_words(occurrence(evening, datetime(2026, 11, 26, 20, 30)), TODAY) == "6.30pm to 8.30pm"
    assert span_words(occurrence(evening, datetime(2026, 11, 27, 1)), TODAY) == "6.30pm to 1am"
    assert span_words(occurrence(evening, evening), TODAY) == "6.30pm"
    assert (
        span_words(occurrence(evening, datetime(2026, 11, 28, 10)), TODAY) == "6.30pm, until Saturday 28 November, 10am"
    )
    midnight = datetime(2026, 11, 26)
    assert span_words(occurrence(midnight, datetime(2026, 11, 27), all_day=True), TODAY) == "All day"
    assert (
        span_words(occurrence(midnight, datetime(2026, 11, 28), all_day=True), TODAY)
        == "All day, until Friday 27 November"
    )
