"""A calendar file as bytes, taken apart into its components without trusting a single line of it.

The library reads one line well but gives up a whole file for one bad entry, and cannot say on which line an entry
began. So lines are joined and components told apart here, and only a component's own lines are handed on.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from services.events.errors.calendar import CalendarTooLarge, NotACalendar

BYTES_AT_MOST = 5 * 1024 * 1024
COMPONENTS_AT_MOST = 10_000
TEXT_AT_MOST = 20_000
LINE_AT_MOST = 100_000
COMPONENTS = {"VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VTIMEZONE"}
TEXTS = {"SUMMARY", "DESCRIPTION", "X-ALT-DESC", "LOCATION"}
KEPT = TEXTS | {
    *("UID", "DTSTART", "DTEND", "DURATION", "RRULE", "EXRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "STATUS", "CLASS"),
    *("SEQUENCE", "LAST-MODIFIED", "DTSTAMP", "X-MICROSOFT-CDO-ALLDAYEVENT", "METHOD", "X-WR-TIMEZONE"),
    *("TZID", "TZOFFSETFROM", "TZOFFSETTO", "X-LIC-LOCATION"),
}
PROPERTY = re.compile(r"([A-Za-z0-9-]+)[ \t]*[:;]")
MARKER = re.compile(r"(BEGIN|END)[ \t]*:[ \t]*([^\s]{1,60})[ \t]*\Z", re.IGNORECASE)


@dataclass(slots=True)
class Component:
    """One VEVENT or the like: where it begins, its own lines that matter, and for a time zone its parts."""

    name: str
    line: int
    calendar: int = 0
    lines: list[str] = field(default_factory=list)
    children: list["Component"] = field(default_factory=list)
    closed: bool = False
    too_long: str | None = None


@dataclass(slots=True)
class Scan:
    """What a file is made of. `calendars` hold the lines of each VCALENDAR itself."""

    calendars: list[Component]
    components: list[Component]
    left_out: int
    left_out_from: int


def scan(data: bytes) -> Scan:
    """Take a file apart, or refuse it whole."""
    if len(data) > BYTES_AT_MOST:
        raise CalendarTooLarge(
            f"The file has {len(data) / 1024 / 1024:.1f} MB; at most {BYTES_AT_MOST // 1024 // 1024} MB are read. "
            "Export fewer years, or only this group's calendar."
        )
    scanner = _Scanner()
    for number, line in _lines(_as_utf8(data)):
        scanner.take(number, line)
    if not scanner.calendars:
        raise NotACalendar(
            "There is no BEGIN:VCALENDAR line in the file, so it is not a calendar. "
            "Export the calendar as iCalendar (a file that ends in .ics) and hand that in."
        )
    return Scan(scanner.calendars, scanner.components, scanner.left_out, scanner.left_out_from)


def _as_utf8(data: bytes) -> bytes:
    """Undo UTF-16, and say plainly what a file is that people hand in by mistake."""
    head = data[:4096]
    if not data.strip():
        raise NotACalendar("The file is empty. Export the calendar again and hand that in.")
    if head.startswith(b"PK\x03\x04"):
        raise NotACalendar("This is a zip file. Unpack it first, and hand in the .ics file inside.")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace").encode("utf-8", errors="replace")
    if re.match(rb"(?:\0[\x09-\x7e]){4}|(?:[\x09-\x7e]\0){4}", head):
        order = "utf-16-be" if head.startswith(b"\0") else "utf-16-le"
        return data.decode(order, errors="replace").encode("utf-8", errors="replace")
    if b"\0" in head and b"BEGIN:VCALENDAR" not in head.upper():
        raise NotACalendar("This is a binary file, not a calendar. Export the calendar as iCalendar (.ics).")
    if re.match(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|head|\?xml)", head, re.IGNORECASE):
        raise NotACalendar(
            "This is a web page, not a calendar; perhaps the site asked for a sign-in. "
            "Download the .ics file itself and hand that in."
        )
    return data


def _lines(data: bytes) -> Iterator[tuple[int, str]]:
    """Every logical line and the number of the physical line it begins on.

    Lines are joined before they are decoded, because a fold may fall inside a UTF-8 character. Blank lines are skipped,
    also before a continuation: some sites end lines with two carriage returns.
    """
    begun, parts = 0, list[bytes]()
    for number, line in enumerate(data.splitlines(), start=1):
        if not line:
            continue
        if line[:1] in b" \t" and parts:
            parts.append(line[1:])
            continue
        if parts:
            yield begun, _decoded(b"".join(parts))
        begun, parts = number, [line]
    if parts:
        yield begun, _decoded(b"".join(parts))


def _decoded(line: bytes) -> str:
    """Line by line, since files put together from several sources mix encodings."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return line.decode(encoding).strip()
        except UnicodeDecodeError:
            continue
    return line.decode("latin-1").strip()


class _Scanner:
    def __init__(self) -> None:
        self.calendars: list[Component] = []
        self.components: list[Component] = []
        self.left_out = self.left_out_from = 0
        self.open: Component | None = None  # the component whose lines these are
        self.child: Component | None = None  # a time zone's STANDARD or DAYLIGHT
        self.skipped: str | None = None  # an alarm or another part that is not read
        self.depth = 0

    def take(self, number: int, line: str) -> None:
        marker = MARKER.match(line)
        if marker is None:
            self._keep(line)
        elif marker[1].upper() == "BEGIN":
            self._begin(number, marker[2].upper())
        else:
            self._end(marker[2].upper())

    def _begin(self, number: int, name: str) -> None:
        if name == "VCALENDAR":
            self.open = self.child = self.skipped = None
            self.calendars.append(Component(name, number, len(self.calendars)))
        elif name in COMPONENTS:
            # Whatever is still open has lost its END line, and stays marked as not closed.
            self.child = self.skipped = None
            self.open = Component(name, number, max(len(self.calendars) - 1, 0))
            if len(self.components) < COMPONENTS_AT_MOST:
                self.components.append(self.open)
            else:
                self.left_out += 1
                self.left_out_from = self.left_out_from or number
        elif self.skipped is not None:
            self.depth += name == self.skipped
        elif self.open and self.open.name == "VTIMEZONE" and name in {"STANDARD", "DAYLIGHT"}:
            self.child = Component(name, number)
            self.open.children.append(self.child)
        else:
            self.skipped, self.depth = name, 1

    def _end(self, name: str) -> None:
        if name == "VCALENDAR":
            self.open = self.child = self.skipped = None
        elif self.open and name == self.open.name:
            self.open.closed = True
            self.open = self.child = self.skipped = None
        elif name == self.skipped:
            self.depth -= 1
            self.skipped = self.skipped if self.depth else None
        elif self.child and name == self.child.name:
            self.child = None

    def _keep(self, line: str) -> None:
        if self.skipped is not None or not self.calendars:
            return
        target = self.child or self.open or self.calendars[-1]
        named = PROPERTY.match(line)
        if named is None:
            _continue(target, line)
            return
        name = named[1].upper()
        if name in TEXTS:
            target.lines.append(line[:TEXT_AT_MOST])
        elif name in KEPT and len(line) > LINE_AT_MOST:
            target.too_long = name
        elif name in KEPT:
            target.lines.append(line)


def _continue(component: Component, line: str) -> None:
    """Some sites break a description into lines without folding them: what is no property goes on with the text."""
    if component.lines:
        last = component.lines[-1]
        named = PROPERTY.match(last)
        if named and named[1].upper() in TEXTS - {"SUMMARY"} and len(last) < TEXT_AT_MOST:
            component.lines[-1] = f"{last}\\n{line}"[:TEXT_AT_MOST]
