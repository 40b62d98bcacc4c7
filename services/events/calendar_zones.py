"""Which clock a time in a calendar file is told by: from the names programs give zones to a zone everyone knows.

A zone that has a name of its own in the IANA list is used by that name. Any other clock (UTC, a fixed offset, a zone
the file defines itself and nobody else knows) runs the rule, and each date is then shown in the programme's own zone.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from services.events.calendar_line import Value, read_line, read_offset, read_value
from services.events.calendar_text import Component
from services.events.errors.calendar import EntryUnusable
from services.events.recurrence import Steps, expand
from services.events.recurrence_rule import read_rule

AROUND = timedelta(days=400)  # more than a year, so that a yearly change of clocks lies on either side of the window
DEFINITIONS_AT_MOST = 100
LIKE_UTC = {"utc", "uct", "gmt", "zulu", "universal", "greenwich", "gmt0", "gmt+0", "gmt-0"}
FURTHEST_FROM_UTC = 14  # hours
CHANGES_AT_MOST = 200
OFFSET = re.compile(r"(?:utc|gmt|etc/utc)?\s*([+-])(\d{1,2}):?([0-5]\d)?\Z", re.IGNORECASE)


@dataclass(frozen=True)
class Zone:
    """`own` is the clock the times are told by, `name` the IANA zone they are shown in."""

    own: tzinfo
    name: str

    @property
    def is_shown(self) -> bool:
        return isinstance(self.own, ZoneInfo) and self.own.key == self.name

    def instant(self, wall: datetime) -> datetime:
        return wall.replace(tzinfo=self.own).astimezone(UTC)

    def wall(self, instant: datetime) -> datetime:
        """The wall time on this zone's own clock."""
        return instant.astimezone(self.own).replace(tzinfo=None)

    def shown(self, wall: datetime) -> datetime:
        """The wall time in the zone it is shown in; one that the clocks jump over becomes the one they jump to."""
        return self.instant(wall).astimezone(ZoneInfo(self.name)).replace(tzinfo=None)


class DefinedZone(tzinfo):
    """A clock as a VTIMEZONE defines it: offsets and the moments they change."""

    def __init__(self, first: timedelta, changes: list[tuple[datetime, timedelta, timedelta]]) -> None:
        """Each change is its moment in UTC without zone, the offset before it and the offset after it."""
        self.offsets = [first, *(after for _, _, after in changes)]
        self.moments = [moment for moment, _, _ in changes]
        # In wall time a change begins at the later of its two readings: a time skipped still has the offset before.
        self.walls = [moment + max(before, after) for moment, before, after in changes]

    def utcoffset(self, when: datetime | None) -> timedelta:
        return self.offsets[bisect_right(self.walls, when.replace(tzinfo=None)) if when else 0]

    def dst(self, when: datetime | None) -> timedelta:
        del when
        return timedelta(0)

    def tzname(self, when: datetime | None) -> str:
        return str(self.utcoffset(when))

    def fromutc(self, when: datetime) -> datetime:
        return when + self.offsets[bisect_right(self.moments, when.replace(tzinfo=None))]


class Zones:
    """The zones of one file: those everyone knows, and those it defines."""

    def __init__(self, zone: str, components: list[Component], since: date, until: date) -> None:
        self.zone = zone
        # Clamped, because the window is widened by more than a year on either side.
        self.since = max(since, date(3, 1, 1)) - AROUND
        self.until = min(until, date(9997, 1, 1)) + AROUND
        self.steps = Steps()  # shared, so that a hundred strange definitions cost no more than one
        self.known: dict[tuple[int, str], tuple[Zone | None, str]] = {}
        self.definitions: dict[tuple[int, str], Component] = {}
        for component in components[:DEFINITIONS_AT_MOST]:
            name = _property(component, "TZID")
            self.definitions.setdefault((component.calendar, name.lower()), component)
            # Some files keep their zones in the first of several calendars.
            self.definitions.setdefault((-1, name.lower()), component)

    @property
    def utc(self) -> Zone:
        return Zone(UTC, self.zone)

    def find(self, name: str, calendar: int, otherwise: str) -> tuple[Zone, str]:
        """The zone of that name, and a note for the operator where it had to be guessed."""
        name = name.strip().strip('"')
        key = (calendar, name.lower())
        if key not in self.known:
            self.known[key] = self._find(name, calendar)
        zone, trouble = self.known[key]
        if zone is not None:
            return zone, ""
        note = (
            f"The time zone “{' '.join(name.split())[:60]}” {trouble}. "
            f"Its times were taken as {otherwise}; look at them, or export again with an ordinary zone."
        )
        return Zone(ZoneInfo(otherwise), otherwise), note

    def _find(self, name: str, calendar: int) -> tuple[Zone | None, str]:
        definition = self.definitions.get((calendar, name.lower())) or self.definitions.get((-1, name.lower()))
        known = iana_name(name)
        if known is None and definition is not None:
            known = iana_name(_property(definition, "X-LIC-LOCATION"))
        # Some programs call London's summer and winter "GMT"; the definition in the file knows better.
        changes = definition is not None and any(child.name == "DAYLIGHT" for child in definition.children)
        if known is not None and not (is_like_utc(known) and changes):
            return (self.utc if is_like_utc(known) else Zone(ZoneInfo(known), known)), ""
        offset = OFFSET.match(name)
        if offset and int(offset[2]) <= FURTHEST_FROM_UTC:
            minutes = int(offset[2]) * 60 + int(offset[3] or 0)
            return Zone(timezone(timedelta(minutes=-minutes if offset[1] == "-" else minutes)), self.zone), ""
        if definition is None:
            guess = zone_of_city(name, prefer=self.zone)
            zone = Zone(ZoneInfo(guess), guess) if guess else None
            return zone, "is not known, and the file does not define it"
        try:
            return self._defined(definition), ""
        except (EntryUnusable, ValueError, OverflowError):
            return None, "is defined in a way that cannot be read"

    def _defined(self, definition: Component) -> Zone:
        """Most zones with a name of their own are the programme's own zone under another name."""
        own, programme = self._read(definition), ZoneInfo(self.zone)
        first, last = self.since + AROUND, self.until - AROUND
        weeks = (date.fromordinal(day) for day in range(first.toordinal(), last.toordinal() + 1, 7))
        moments = [moment for moment in own.moments if first <= moment.date() <= last]
        looks = (
            *(datetime.combine(day, time()) for day in weeks),
            *moments,
            *(at - timedelta(seconds=1) for at in moments),
        )
        same = all(
            when.replace(tzinfo=UTC).astimezone(own).replace(tzinfo=None)
            == when.replace(tzinfo=UTC).astimezone(programme).replace(tzinfo=None)
            for when in looks
        )
        return Zone(programme if same else own, self.zone)

    def _read(self, definition: Component) -> DefinedZone:
        changes: list[tuple[datetime, timedelta, timedelta]] = []
        for part in definition.children[:CHANGES_AT_MOST]:
            before, after = (read_offset(_property(part, f"TZOFFSET{way}")) for way in ("FROM", "TO"))
            changes += [(wall - before, before, after) for wall in self._onsets(part, before)]
        if not changes:
            raise EntryUnusable("It has neither STANDARD nor DAYLIGHT.")
        changes.sort(key=lambda change: change[0])
        return DefinedZone(changes[0][1], changes)

    def _onsets(self, part: Component, before: timedelta) -> list[datetime]:
        """When this part begins to hold, in the wall time before the change."""
        start = read_value(_property(part, "DTSTART"))
        if not isinstance(start, datetime):
            raise EntryUnusable("Its start is no date with a time.")
        start = start.replace(tzinfo=None)
        text = _property(part, "RRULE")
        rules = [read_rule(text, wall=lambda end: end.astimezone(UTC).replace(tzinfo=None) + before)] if text else []
        # A part that ended long ago still holds until the next part begins, so its last years are looked at too.
        ended = min((rule.until.date() for rule in rules if rule.until), default=self.since)
        since = min(self.since, max(ended, date(3, 1, 1)) - AROUND) if rules else date.min
        also = [when for when in _dates(_property(part, "RDATE")) if isinstance(when, datetime)]
        plain = [when.replace(tzinfo=None) for when in also]
        return expand(start, rules, also=plain, since=since, until=self.until, steps=self.steps)


def is_like_utc(name: str) -> bool:
    return name.lower().removeprefix("etc/") in LIKE_UTC


def iana_name(name: str) -> str | None:
    """The zone everyone knows that a program means by its own name for it."""
    zones, _ = _zones()
    name = name.replace("\\", "").strip()
    parts = [part for part in name.split("/") if part]
    # Mozilla, Apple and others put their own address in front: /freeassociation.sourceforge.net/Europe/London.
    endings = ["/".join(parts[-length:]) for length in (3, 2)] if len(parts) > 1 else []
    last = parts[-1:] if name.startswith("/") or "://" in name else []
    for form in (name, _windows().get(name.lower(), ""), name.replace(" ", "_"), *endings, *last):
        if form.lower() in zones:
            return zones[form.lower()]
    return None


def zone_of_city(name: str, *, prefer: str) -> str | None:
    """Outlook may give the words of its list instead of a name: "(UTC+00:00) Dublin, Edinburgh, Lisbon, London"."""
    _, cities = _zones()
    named = {city.strip().lower().replace(" ", "_") for city in re.split(r"[,:/()]", name)}
    meant = sorted({zone for city in named for zone in cities.get(city, ())})
    return prefer if prefer in meant else next(iter(meant), None)


@cache
def _zones() -> tuple[dict[str, str], dict[str, list[str]]]:
    """The IANA names by their lower case, and those of cities by the city alone."""
    skipped = ("posix/", "right/", "posixrules", "localtime", "Factory")
    names = sorted(name for name in available_timezones() if not name.startswith(skipped))
    cities: dict[str, list[str]] = {}
    for name in names:
        if "/" in name and not name.startswith(("Etc/", "US/")):
            cities.setdefault(name.rsplit("/", 1)[1].lower(), []).append(name)
    return {name.lower(): name for name in names}, cities


@cache
def _windows() -> dict[str, str]:
    return {name.lower(): zone for name, zone in WINDOWS_TO_OLSON.items()}


def _property(component: Component, name: str) -> str:
    """The value of a property, or nothing."""
    for line in component.lines:
        if line[: len(name)].upper() == name and line[len(name) : len(name) + 1] in {":", ";"}:
            return read_line(line).value
    return ""


def _dates(text: str) -> list[Value]:
    return [read_value(value) for value in text.split(",")[:CHANGES_AT_MOST]] if text else []
