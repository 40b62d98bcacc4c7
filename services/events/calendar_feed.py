"""Dates of the programme as an iCalendar file (RFC 5545, RFC 7986), for the calendars on people's phones.

Each date is an event of its own, with its times in UTC: there is no rule in the file, so no calendar has to know when
the clocks change here. Nothing here reads a clock or a database.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from icalendar.parser import Contentline

# The library's own carries no types.
LINE: Any = Contentline

MAKER = "-//Afterhours//Programme//EN"
REFRESH = "PT1H"
ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
A_DAY = timedelta(days=1)


class CalendarStatus(StrEnum):
    """Whether an event is on, in the words of calendars."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class Event:
    """One date. `starts` and `ends` are instants, or dates for whole days, of which the last is not included.

    A calendar takes an event with the `uid` of another for the same, and of the two the one of higher `sequence`.
    """

    uid: UUID
    sequence: int
    changed_at: datetime
    status: CalendarStatus
    starts: date
    ends: date
    title: str
    summary: str = ""
    place: str = ""
    private: bool = False


def write_calendar(events: Iterable[Event], *, name: str | None = None, method: str | None = None) -> bytes:
    """A file with these events: a feed of that `name`, or for a `method` a message about them."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{MAKER}", "CALSCALE:GREGORIAN"]
    if method is not None:
        lines.append(f"METHOD:{method}")
    if name is not None:
        # The second of each pair is what older calendars read.
        lines += [f"NAME:{_escaped(name)}", f"X-WR-CALNAME:{_escaped(name)}"]
        lines += [f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}", f"X-PUBLISHED-TTL:{REFRESH}"]
    for event in events:
        lines += _event(event)
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"]).encode()


def _event(event: Event) -> Iterator[str]:
    changed = _moment(event.changed_at)
    yield "BEGIN:VEVENT"
    yield f"UID:{event.uid}"
    yield f"DTSTAMP{changed}"
    yield f"LAST-MODIFIED{changed}"
    yield f"SEQUENCE:{event.sequence}"
    yield f"STATUS:{event.status}"
    yield f"DTSTART{_moment(event.starts)}"
    # An end must lie after the start: what takes no time has none, and a day is at least one.
    if isinstance(event.starts, datetime):
        if event.ends > event.starts:
            yield f"DTEND{_moment(event.ends)}"
    else:
        yield f"DTEND{_moment(max(event.ends, event.starts + A_DAY))}"
    yield f"SUMMARY:{_escaped(event.title)}"
    if event.place:
        yield f"LOCATION:{_escaped(event.place)}"
    if event.summary:
        yield f"DESCRIPTION:{_escaped(event.summary)}"
    if event.private:
        yield "CLASS:PRIVATE"
    yield "END:VEVENT"


def _moment(when: date) -> str:
    if isinstance(when, datetime):
        return f":{when.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return f";VALUE=DATE:{when:%Y%m%d}"


def _escaped(text: str) -> str:
    """The library's own would take a backslash before an N for the end of a line."""
    return text.translate(ESCAPES)


def _folded(line: str) -> str:
    """In pieces of at most 75 bytes, none of them cut inside a letter."""
    folded: bytes = LINE(line).to_ical()
    return folded.decode()
