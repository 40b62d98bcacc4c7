"""One VEVENT as it was meant: its texts, its times on their own clocks, its rules. What cannot be used refuses."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.events.calendar_line import Line, Value, read_line, read_value
from services.events.calendar_text import LINE_AT_MOST, Component
from services.events.calendar_zones import Zone, Zones, iana_name, is_like_utc
from services.events.errors.calendar import EntryUnusable
from services.events.plain_text import one_line, paragraphs, place_line, plain

TITLE_AT_MOST = 200
SUMMARY_AT_MOST = 2_000
PLACE_AT_MOST = 200
UID_AT_MOST = 200
RULES_AT_MOST = 20
DAY = timedelta(days=1)
LONGEST = timedelta(days=366)
# An entry with one of these lines broken would go in at the wrong time; the others it can do without.
NEEDED = {"DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID"}
# Google and others end an all-day rule at one of these in UTC and mean the date; only another time is a real moment.
DATE_IN_UTC = {time(0, 0, 0), time(23, 59, 59)}


@dataclass(frozen=True, slots=True)
class Moment:
    """A time on the clock of `zone`; a whole day if `all_day`, which belongs to no clock."""

    wall: datetime
    zone: Zone
    all_day: bool = False

    def on(self, zone: Zone, *, all_day: bool = False) -> datetime:
        """The same moment on another clock, or the day it falls on."""
        if all_day:
            as_written = self.all_day or (self.zone.own is UTC and self.wall.time() in DATE_IN_UTC)
            return datetime.combine(self.wall if as_written else self.zone.shown(self.wall), time())
        return self.wall if self.all_day or self.zone == zone else zone.wall(self.zone.instant(self.wall))


@dataclass(frozen=True, slots=True)
class Entry:
    """A VEVENT read. A text or time it does not give is None, since an override then keeps what the rule has."""

    line: int
    uid: str
    newness: tuple[int, str]
    start: Moment | None
    length: timedelta | None
    original: Moment | None
    rules: tuple[str, ...]
    also: tuple[tuple[Moment, timedelta | None], ...]
    without: tuple[Moment, ...]
    title: str | None
    summary: str | None
    place: str | None
    cancelled: bool | None
    notes: tuple[str, ...]
    said: tuple[str, ...]


def name_of(component: Component) -> str:
    """What a problem calls it: VEVENT "Games night"."""
    for text in component.lines:
        if text[:8].upper() in {"SUMMARY:", "SUMMARY;"}:
            try:
                title = one_line(read_line(text).value, 60)
            except ValueError:
                break
            return f'{component.name} "{title}"' if title else component.name
    return component.name


class Reader:
    """Reads the entries of one file."""

    def __init__(self, zone: str, calendars: list[Component], zones: Zones) -> None:
        self.zone = zone
        self.zones = zones
        self.homes: dict[int, str] = {}
        self.called_off: set[int] = set()
        for number, calendar in enumerate(calendars):
            lines = {line.name: line for line in _lines(calendar, set())}
            hint = iana_name(lines["X-WR-TIMEZONE"].value) if "X-WR-TIMEZONE" in lines else None
            # Google says UTC for a calendar whose zone nobody chose; that is no answer to where the group lives.
            self.homes[number] = hint if hint and not is_like_utc(hint) else zone
            if "METHOD" in lines and lines["METHOD"].value.upper() == "CANCEL":
                self.called_off.add(number)

    def read(self, component: Component) -> Entry:
        """Read an entry or raise EntryUnusable; ValueError and OverflowError mean a date beyond the calendar."""
        if not component.closed:
            raise EntryUnusable("It has no END:VEVENT line; the file may be cut off here. Export it again.")
        if component.too_long:
            raise EntryUnusable(
                f"Its {component.too_long} line has more than {LINE_AT_MOST:,} characters. Shorten it and import again."
            )
        unread: set[str] = set()
        return _Reading(self, component, _lines(component, unread), unread).entry()


def _lines(component: Component, unread: set[str]) -> list[Line]:
    lines = []
    for text in component.lines:
        try:
            lines.append(read_line(text))
        except ValueError:
            unread.add(text.replace(";", ":").partition(":")[0].strip().upper())
    return lines


class _Reading:
    def __init__(self, reader: Reader, component: Component, lines: list[Line], unread: set[str]) -> None:
        self.reader = reader
        self.component = component
        self.home = reader.homes.get(component.calendar, reader.zone)
        self.notes: list[str] = []
        self.lines: dict[str, list[Line]] = {}
        for line in lines:
            self.lines.setdefault(line.name, []).append(line)
        broken = sorted(unread & NEEDED)
        if broken:
            raise EntryUnusable(f"Its {broken[0]} line cannot be read. Correct it and import again.")

    def entry(self) -> Entry:
        if self.text("CLASS").upper() in {"PRIVATE", "CONFIDENTIAL"}:
            raise EntryUnusable(
                "It is marked as private (CLASS), so it stays out of the programme. "
                "If members should see it, make it public in the calendar and import again."
            )
        if self.text("EXRULE"):
            raise EntryUnusable("It leaves dates out by a rule (EXRULE), which is no longer used. Give them as EXDATE.")
        if len(self.lines.get("RRULE", ())) > RULES_AT_MOST:
            raise EntryUnusable(f"It has more than {RULES_AT_MOST} rules (RRULE). Make several entries of it.")
        start, length = self.times()
        original = self.one("RECURRENCE-ID")
        if any(line.reach for line in self.lines.get("RECURRENCE-ID", ())):
            self.notes.append(
                "It changes this date and all later ones (RANGE=THISANDFUTURE). Only this date was changed: "
                "end the rule before it, begin a new one, and import again."
            )
        title = self.words("SUMMARY")
        texts = tuple(line for line in self.component.lines if not line.upper().startswith("DTSTAMP"))
        return Entry(
            line=self.component.line,
            uid=self.uid(),
            newness=(self.sequence(), self.text("LAST-MODIFIED") or self.text("DTSTAMP")),
            start=start,
            length=length,
            original=original,
            rules=tuple(line.value for line in self.lines.get("RRULE", ()) if line.value),
            also=tuple(self.many("RDATE")),
            without=tuple(moment for moment, _ in self.many("EXDATE")),
            title=None if title is None else one_line(title, TITLE_AT_MOST),
            summary=self.summary(),
            place=None if (place := self.words("LOCATION")) is None else place_line(place, PLACE_AT_MOST),
            cancelled=self.cancelled(),
            notes=tuple(self.notes),
            said=texts,
        )

    def text(self, name: str) -> str:
        lines = self.lines.get(name)
        return lines[0].value if lines else ""

    def words(self, name: str) -> str | None:
        return self.text(name) if name in self.lines else None

    def summary(self) -> str | None:
        """The description, or Outlook's HTML one where that is all there is."""
        if "DESCRIPTION" not in self.lines and "X-ALT-DESC" not in self.lines:
            return None
        return paragraphs(self.text("DESCRIPTION"), SUMMARY_AT_MOST) or paragraphs(
            self.text("X-ALT-DESC"), SUMMARY_AT_MOST
        )

    def cancelled(self) -> bool | None:
        if self.component.calendar in self.reader.called_off:
            return True
        status = self.text("STATUS").upper()
        return status == "CANCELLED" if status else None

    def sequence(self) -> int:
        text = self.text("SEQUENCE")[:9]
        return int(text) if text.isascii() and text.isdigit() else 0

    def uid(self) -> str:
        uid = " ".join(plain(self.text("UID")).split())
        if not uid:
            told = "\n".join(self.text(name) for name in ("SUMMARY", "DTSTART", "RRULE"))
            self.notes.append(
                "It has no UID, so a later import knows it only by its title, start and rule: "
                "change one of them and it counts as new."
            )
            return f"no-uid-{_digest(told)}"
        return uid if len(uid) <= UID_AT_MOST else f"{uid[:100]}-{_digest(uid)}"

    def times(self) -> tuple[Moment | None, timedelta | None]:
        start = self.one("DTSTART")
        if start is None:
            if "RECURRENCE-ID" not in self.lines:
                raise EntryUnusable("It has no start (DTSTART). Give it one and import again.")
            return None, None
        length = self.length(start)
        if self.text("X-MICROSOFT-CDO-ALLDAYEVENT").upper() == "TRUE" and start.wall.time() == time():
            start = Moment(start.wall, start.zone, all_day=True)
        if length is not None and length < timedelta(0):
            self.notes.append("It ends before it starts, so its end was left out. Correct the end and import again.")
            length = None
        if length is not None and length > LONGEST:
            raise EntryUnusable("It lasts longer than a year. Make it a repeating event, or correct its end.")
        if start.all_day:
            # An end on the day itself is a common slip: the end of a whole day is the day after.
            length = max(DAY, DAY * -((length or DAY) // -DAY))
        return start, length

    def length(self, start: Moment) -> timedelta | None:
        """How long it lasts by its own clock, so that an end at ten stays at ten when the clocks change."""
        end = self.one("DTEND")
        if end is not None:
            if end.all_day or start.all_day or end.zone == start.zone:
                return end.wall - start.wall
            return end.zone.instant(end.wall) - start.zone.instant(start.wall)
        if not self.text("DURATION"):
            return None
        try:
            length = read_value(self.text("DURATION"))
        except EntryUnusable:
            length = None
        if not isinstance(length, timedelta):
            raise EntryUnusable(
                f"Its DURATION “{self.text('DURATION')[:40]}” is no length of time. Correct it and import again."
            )
        return length

    def one(self, name: str) -> Moment | None:
        lines = self.lines.get(name)
        if not lines:
            return None
        if len(lines) > 1 and len({(line.value, line.zone) for line in lines}) > 1:
            raise EntryUnusable(f"It gives {name} more than once, and not the same. Leave one.")
        return self.moment(name, lines[0], self.value(name, lines[0].value))

    def many(self, name: str) -> list[tuple[Moment, timedelta | None]]:
        """The dates of RDATE or EXDATE lines, with the length of those that are periods."""
        lines = [line for line in self.lines.get(name, ()) if line.value]
        if sum(len(line.value) for line in lines) > LINE_AT_MOST:
            raise EntryUnusable(f"Its {name} lines have more than {LINE_AT_MOST:,} characters. Make it a rule instead.")
        return [self.dated(name, line, text) for line in lines for text in line.value.split(",") if text.strip()]

    def dated(self, name: str, line: Line, text: str) -> tuple[Moment, timedelta | None]:
        value = self.value(name, text)
        if not isinstance(value, tuple):
            return self.moment(name, line, value), None
        begins, ends = self.moment(name, line, value[0]), value[1]
        if isinstance(ends, datetime):
            ends = self.moment(name, line, ends).on(begins.zone) - begins.wall
        if not timedelta(0) <= ends <= LONGEST:
            raise EntryUnusable(f"Its {name} has a period that cannot be. Correct it and import again.")
        return begins, ends

    def value(self, name: str, text: str) -> Value:
        try:
            return read_value(text)
        except EntryUnusable as error:
            raise EntryUnusable(f"In its {name}, {error.detail}") from error

    def moment(self, name: str, line: Line, value: Value) -> Moment:
        if isinstance(value, datetime):
            if value.tzinfo is not None:
                return Moment(value.replace(tzinfo=None), self.reader.zones.utc)
            if line.zone:
                zone, note = self.reader.zones.find(line.zone, self.component.calendar, self.home)
                self.notes.extend([note] if note else [])
                return Moment(value, zone)
        home = Zone(ZoneInfo(self.home), self.home)
        if isinstance(value, datetime):
            return Moment(value, home)
        if isinstance(value, date):
            return Moment(datetime.combine(value, time()), home, all_day=True)
        raise EntryUnusable(f"Its {name} is no date. Correct it and import again.")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]
