"""One line of a calendar file, read by the library: its name, its parameters and what its value stands for."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from icalendar.parser import Contentline
from icalendar.prop import vDDDTypes, vUTCOffset

from services.events.errors.calendar import EntryUnusable

# The library's readers carry no types; what they give is looked at below before it is believed.
LINE: Any = Contentline
DATES: Any = vDDDTypes
OFFSETS: Any = vUTCOffset

type Value = date | datetime | timedelta | tuple[datetime, datetime | timedelta]


@dataclass(frozen=True, slots=True)
class Line:
    """`value` has its escapes undone; `reach` is the RANGE of a changed date."""

    name: str
    value: str
    zone: str = ""
    reach: str = ""


def read_line(text: str) -> Line:
    """Read a line, or raise ValueError."""
    name, parameters, value = LINE(text).parts()
    zone = parameters.get("TZID", "")
    zone = ",".join(zone) if isinstance(zone, list) else str(zone)
    # Outlook writes some zones with a colon and forgets the quotes: TZID=tzone://Microsoft/Custom:20261126T183000.
    if zone and ":" in value:
        rest, value = str(value).rsplit(":", 1)
        zone = f"{zone}:{rest}"
    return Line(name.upper(), str(value).strip(), zone, str(parameters.get("RANGE", "")).upper())


def read_value(text: str) -> Value:
    """A date, a date with a time (aware if in UTC), a length of time, or a period."""
    try:
        value = DATES.from_ical(text.strip())
    except (ValueError, OverflowError) as error:
        raise EntryUnusable(f"“{text[:40]}” is no date. Correct it and import again.") from error
    if isinstance(value, tuple):
        begins, ends = value
        if isinstance(begins, datetime) and isinstance(ends, datetime | timedelta):
            return begins, ends
    elif isinstance(value, date | timedelta):
        return value
    raise EntryUnusable(f"“{text[:40]}” is no date. Correct it and import again.")


def read_offset(text: str) -> timedelta:
    """An offset from UTC such as +0100, or raise ValueError."""
    offset: timedelta = OFFSETS.from_ical(text)
    return offset
