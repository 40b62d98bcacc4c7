"""What we write is what calendars read: by two readers that were written elsewhere, and by our own."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from services.events.calendar_feed import CalendarStatus, Event, write_calendar
from services.events.calendar_file import read
from tests.events.builders import LONDON
from tests.events.feed_readers import Read, read_by_all

CHANGED = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
STARTS = datetime(2026, 11, 26, 18, 30, tzinfo=UTC)
EVENING = Event(
    uid=UUID("01930000-0000-7000-8000-000000000001"),
    sequence=2,
    changed_at=CHANGED,
    status=CalendarStatus.CONFIRMED,
    starts=STARTS,
    ends=STARTS + timedelta(hours=2, minutes=30),
    title="Games night",
    summary="Bring a friend.\nThere is tea; and soup, too.",
    place="Church Hall, 12 High Street",
)
HARD_WORDS = [
    "Tea; soup, and \\ cake",
    "C:\\New folder \\n and \\\\N",
    "one\ntwo\n\nfour",
    "👨‍👩‍👧‍👦 family night 🎲",
    "ليلة ألعاب في القاعة",
    'said "so": BEGIN:VEVENT',
    "x" * 1_000,
    "é" * 1_000,
    "🎲" * 1_000,
]
# What the programme takes in: no control letters but the end of a line, and no end of a line by another name.
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]) | st.just("\n"), max_size=300)
INSTANTS = st.datetimes(datetime(2000, 1, 1), datetime(2199, 1, 1), timezones=st.just(UTC)).map(
    lambda when: when.replace(microsecond=0)
)


def as_read(event: Event) -> Read:
    ends = None if event.ends == event.starts else event.ends
    words = event.title, event.place, event.summary
    return Read(str(event.uid), event.sequence, str(event.status), event.starts, ends, *words)


def test_a_file_is_what_calendars_take():
    assert write_calendar([EVENING], name="Evening forum").decode().split("\r\n") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Afterhours//Programme//EN",
        "CALSCALE:GREGORIAN",
        "NAME:Evening forum",
        "X-WR-CALNAME:Evening forum",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "BEGIN:VEVENT",
        "UID:01930000-0000-7000-8000-000000000001",
        "DTSTAMP:20261123T103000Z",
        "LAST-MODIFIED:20261123T103000Z",
        "SEQUENCE:2",
        "STATUS:CONFIRMED",
        "DTSTART:20261126T183000Z",
        "DTEND:20261126T210000Z",
        "SUMMARY:Games night",
        "LOCATION:Church Hall\\, 12 High Street",
        "DESCRIPTION:Bring a friend.\\nThere is tea\\; and soup\\, too.",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_a_calendar_with_nothing_in_it_is_one():
    assert Calendar.from_ical(write_calendar([], name="Evening forum")).calendar_name == "Evening forum"


@pytest.mark.parametrize("words", HARD_WORDS)
def test_any_words_come_out_as_they_went_in(words: str):
    event = replace(EVENING, title=words, summary=words, place=words)
    assert read_by_all(write_calendar([event], name=words)) == [as_read(event)]


@given(
    WORDS, WORDS, WORDS, INSTANTS, st.integers(0, 60 * 24 * 40), st.integers(0, 10_000), st.sampled_from(CalendarStatus)
)
def test_what_goes_in_comes_out(
    title: str, summary: str, place: str, starts: datetime, minutes: int, sequence: int, status: CalendarStatus
):
    ends = starts + timedelta(minutes=minutes)
    event = Event(uuid4(), sequence, CHANGED, status, starts, ends, title, summary, place)
    data = write_calendar([event, EVENING], name="Evening forum")
    assert read_by_all(data) == [as_read(event), as_read(EVENING)]
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))


@pytest.mark.parametrize(
    ("wall", "instant"),
    [
        (datetime(2027, 3, 27, 18, 30), "20270327T183000Z"),  # the day before the clocks go forward
        (datetime(2027, 3, 28, 18, 30), "20270328T173000Z"),
        (datetime(2026, 10, 25, 1, 30), "20261025T003000Z"),  # the first of two half past ones
        (datetime(2026, 10, 25, 1, 30, fold=1), "20261025T013000Z"),
        (datetime(2026, 10, 25, 18, 30), "20261025T183000Z"),
    ],
)
def test_an_evening_is_at_its_hour_on_either_side_of_a_change_of_clocks(wall: datetime, instant: str):
    starts = wall.replace(tzinfo=ZoneInfo(LONDON))
    event = replace(EVENING, starts=starts, ends=starts + timedelta(hours=2))
    data = write_calendar([event])
    assert f"DTSTART:{instant}\r\n" in data.decode()
    [found] = read_by_all(data)
    assert isinstance(found.starts, datetime)
    # Two times of one zone compare by their clock, not by when they are.
    assert found.starts.astimezone(ZoneInfo(LONDON)).replace(tzinfo=None) == wall.replace(fold=0)


def test_a_night_in_which_an_hour_comes_twice_ends_when_it_does():
    starts, ends = (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC))
    [found] = read_by_all(write_calendar([replace(EVENING, starts=starts, ends=ends)]))
    assert (found.starts, found.ends) == (starts, ends)


@pytest.mark.parametrize("days", [0, 1, 3])
def test_whole_days_are_dates_of_no_clock(days: int):
    day = date(2026, 10, 25)
    event = replace(EVENING, starts=day, ends=day + timedelta(days=days))
    [found] = read_by_all(write_calendar([event]))
    assert (found.starts, found.ends) == (day, day + timedelta(days=max(days, 1)))


def test_what_takes_no_time_has_no_end():
    event = replace(EVENING, ends=STARTS)
    assert b"DTEND" not in write_calendar([event])
    assert read_by_all(write_calendar([event])) == [as_read(event)]


def test_a_calendar_of_ones_own_says_that_it_is():
    assert b"\r\nCLASS:PRIVATE\r\n" in write_calendar([replace(EVENING, private=True)])


def test_our_own_importer_reads_what_we_write():
    file = read(write_calendar([EVENING]), zone=LONDON, since=date(2026, 11, 1), until=date(2026, 12, 1))
    [activity] = file.activities
    [occurrence] = activity.occurrences
    assert file.problems == ()
    assert (occurrence.title, occurrence.summary, occurrence.place) == (EVENING.title, EVENING.summary, EVENING.place)
    assert (occurrence.starts, occurrence.ends) == (datetime(2026, 11, 26, 18, 30), datetime(2026, 11, 26, 21, 0))
