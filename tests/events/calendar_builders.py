"""Calendar files to read in tests: a few lines where it is about one thing, and the samples beside this file."""

from datetime import date
from pathlib import Path

from services.events.calendar_file import CalendarActivity, CalendarFile, CalendarOccurrence, read

SINCE, UNTIL = date(2026, 11, 23), date(2027, 12, 31)
SAMPLES = Path(__file__).parent / "calendars"

NEW_YORK = """BEGIN:VTIMEZONE
TZID:Our clock
BEGIN:DAYLIGHT
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
DTSTART:20070311T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
DTSTART:20071104T020000
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
END:STANDARD
END:VTIMEZONE"""


def event(*lines: str, uid: str = "games@example.org", title: str = "Games night") -> str:
    given = "\n".join(lines)
    summary = [f"SUMMARY:{title}"] if title and "SUMMARY" not in given else []
    start = [] if "DTSTART" in given else ["DTSTART:20261126T183000"]
    return "\n".join(("BEGIN:VEVENT", f"UID:{uid}", *summary, *start, *lines, "END:VEVENT"))


def calendar(*parts: str) -> bytes:
    return "\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", *parts, "END:VCALENDAR", "")).replace("\n", "\r\n").encode()


def reading(data: bytes, zone: str = "Europe/London", since: date = SINCE, until: date = UNTIL) -> CalendarFile:
    return read(data, zone=zone, since=since, until=until)


def only(data: bytes, zone: str = "Europe/London") -> CalendarActivity:
    """The one activity of a file without problems."""
    file = reading(data, zone)
    assert file.problems == ()
    (activity,) = file.activities
    return activity


def once(data: bytes, zone: str = "Europe/London") -> CalendarOccurrence:
    (occurrence,) = only(data, zone).occurrences
    return occurrence


def starts(activity: CalendarActivity) -> list[str]:
    return [f"{occurrence.starts:%Y-%m-%d %H:%M}" for occurrence in activity.occurrences]


def span(occurrence: CalendarOccurrence) -> str:
    return f"{occurrence.starts:%Y-%m-%d %H:%M} to {occurrence.ends:%Y-%m-%d %H:%M}"


def reasons(data: bytes) -> list[tuple[int, str, str]]:
    return [(problem.line, problem.component, problem.reason) for problem in reading(data).problems]
