"""A programme as a group would export it from a calendar: evenings each week, and a walk in the hills."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

ZONE = ZoneInfo("Europe/London")
EVERY_FOUR_WEEKS = {"freq": "weekly", "interval": 4, "count": 6}


@dataclass(frozen=True)
class Evening:
    """Something that happens every four weeks, the first time so many weeks from now."""

    title: str
    summary: str
    place: str
    weekday: int
    starts: time
    hours: float
    first_week: int


FORUM = (
    Evening("Games night", "Board games, cards and tea. Come when you like.", "The hub", 3, time(18, 30), 2.5, 0),
    Evening("Film night", "We choose the film together on the night. Popcorn is on us.", "The hub", 3, time(18), 3, 1),
    Evening("Support group", "A quiet room, a hot drink, and people who know.", "Room 2, the hub", 3, time(18), 2, 2),
    Evening("Music night", "Bring a song you love, or just listen.", "The hub", 3, time(19), 2, 3),
    Evening("A walk in the hills", "Six miles, slow. Boots to borrow. Lunch.", "Outside the station", 5, time(9), 7, 1),
)
CORE = (Evening("Core Group", "What is coming up, and what we think of it.", "Room 1, the hub", 1, time(17), 1.5, 0),)


def calendar(name: str, evenings: Sequence[Evening], today: date) -> bytes:
    """The calendar file of a group whose programme begins in the week of `today`."""
    file = Calendar()
    file.add("prodid", "-//Afterhours//demo//EN")
    file.add("version", "2.0")
    file.add("x-wr-calname", name)
    monday = today - timedelta(days=today.weekday())
    for evening in evenings:
        file.add_component(_event(evening, monday, today))
    file.add_missing_timezones()
    return bytes(file.to_ical())


def _event(evening: Evening, monday: date, today: date) -> Event:
    day = monday + timedelta(weeks=evening.first_week, days=evening.weekday)
    starts = datetime.combine(day, evening.starts, ZONE)
    event = Event()
    event.add("uid", f"{evening.title.lower().replace(' ', '-')}@demo.example.org")
    event.add("dtstamp", datetime.combine(today, time(), ZoneInfo("UTC")))
    event.add("summary", evening.title)
    event.add("description", evening.summary)
    event.add("location", evening.place)
    event.add("dtstart", starts)
    event.add("dtend", starts + timedelta(hours=evening.hours))
    event.add("rrule", EVERY_FOUR_WEEKS)
    return event
