"""What calendars make of our files: two readers that were written elsewhere, and say the same in the same words."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import vobject
from icalendar import Calendar


class Read(NamedTuple):
    uid: str
    sequence: int
    status: str
    starts: date
    ends: date | None
    title: str
    place: str
    summary: str


def by_icalendar(data: bytes) -> list[Read]:
    calendar = Calendar.from_ical(data)
    assert calendar.errors == []
    return [_by_icalendar(event) for event in calendar.walk("VEVENT")]


def _by_icalendar(event: Any) -> Read:
    assert event.errors == []
    ends = event["DTEND"].dt if "DTEND" in event else None
    words = [str(event.get(name, "")) for name in ("SUMMARY", "LOCATION", "DESCRIPTION")]
    found = str(event["UID"]), int(event["SEQUENCE"]), str(event["STATUS"]), _utc(event["DTSTART"].dt)
    return Read(*found, None if ends is None else _utc(ends), *words)


def by_vobject(data: bytes) -> list[Read]:
    calendar = vobject.readOne(data.decode())
    calendar.validate(raiseException=True)
    return [_by_vobject(event) for event in calendar.contents.get("vevent", [])]


def _by_vobject(event: Any) -> Read:
    def value(name: str, otherwise: Any = "") -> Any:
        return getattr(event, name).value if name in event.contents else otherwise

    ends = value("dtend", None)
    words = [value(name) for name in ("summary", "location", "description")]
    found = value("uid"), int(value("sequence")), value("status"), _utc(value("dtstart"))
    return Read(*found, None if ends is None else _utc(ends), *words)


def _utc(when: date) -> date:
    return when.astimezone(UTC) if isinstance(when, datetime) else when


READERS: dict[str, Callable[[bytes], list[Read]]] = {"icalendar": by_icalendar, "vobject": by_vobject}


def read_by_all(data: bytes) -> list[Read]:
    """What is in a file, on which all readers agree."""
    first, *others = (read(data) for read in READERS.values())
    assert all(other == first for other in others)
    return first
