"""A calendar file from any program, as activities and their dates; what cannot be used is told by line and reason.

Nothing here reads a clock, a database or the network, and the same bytes always give the same answer.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from services.events.calendar_entry import Entry, Reader, name_of
from services.events.calendar_series import UNTITLED, CalendarOccurrence, Series
from services.events.calendar_text import COMPONENTS_AT_MOST, Component, Scan, scan
from services.events.calendar_zones import Zones
from services.events.errors.calendar import EntryUnusable, RuleRefused
from services.events.recurrence import STEPS_AT_MOST, Steps

__all__ = ["CalendarActivity", "CalendarFile", "CalendarOccurrence", "Problem", "read"]

DATES_AT_MOST = 20_000
STEPS_IN_A_FILE = 1_000_000
PROBLEMS_AT_MOST = 1_000
LEFT_OUT = {"VTODO": "things to do", "VJOURNAL": "notes", "VFREEBUSY": "free and busy times"}
BEYOND = "It has a date too near the beginning or the end of all calendars. Correct it and import again."


@dataclass(frozen=True, slots=True)
class Problem:
    """`line` is the physical line of the file, from 1, on which the component begins."""

    line: int
    component: str
    reason: str


@dataclass(frozen=True, slots=True)
class CalendarActivity:
    """Something a group does, once or by a rule. One with no occurrences has none left in the time asked for."""

    uid: str
    title: str
    summary: str
    place: str
    timezone: str
    rule: str | None
    occurrences: tuple[CalendarOccurrence, ...]


@dataclass(frozen=True, slots=True)
class CalendarFile:
    activities: tuple[CalendarActivity, ...]
    problems: tuple[Problem, ...]


def read(data: bytes, *, zone: str, since: date, until: date) -> CalendarFile:
    """Read a calendar file, with the dates from `since` to `until` (both included).

    `zone` is the IANA zone for times that name none. Raises NotACalendar or CalendarTooLarge, and nothing else.
    """
    return _Reading(scan(data), zone, since, until).file()


class _Reading:
    def __init__(self, found: Scan, zone: str, since: date, until: date) -> None:
        self.found = found
        self.since, self.until = since, until
        zones = Zones(zone, [one for one in found.components if one.name == "VTIMEZONE"], since, until)
        self.reader = Reader(zone, found.calendars, zones)
        self.names: dict[int, str] = {}
        self.problems: list[Problem] = []
        self.noted: set[str] = set()
        self.steps = STEPS_IN_A_FILE
        self.dates = 0

    def file(self) -> CalendarFile:
        by_uid: dict[str, list[Entry]] = {}
        for component in self.found.components:
            if component.name == "VEVENT" and (entry := self.entry(component)):
                by_uid.setdefault(entry.uid, []).append(entry)
        activities: dict[str, CalendarActivity] = {}
        for uid, entries in by_uid.items():
            for name, series in self.series(uid, entries):
                if name not in activities and (activity := self.activity(name, series)):
                    activities[name] = activity
        self.tell_what_was_left_out()
        problems = sorted(self.problems, key=lambda problem: problem.line)
        if len(problems) > PROBLEMS_AT_MOST:
            more = f"There are {len(problems) - PROBLEMS_AT_MOST:,} more problems. Solve these first and import again."
            problems = [*problems[:PROBLEMS_AT_MOST], Problem(problems[PROBLEMS_AT_MOST].line, "VCALENDAR", more)]
        return CalendarFile(tuple(activities.values()), tuple(problems))

    def problem(self, line: int, reason: str) -> None:
        self.problems.append(Problem(line, self.names.get(line, "VCALENDAR"), reason))

    def entry(self, component: Component) -> Entry | None:
        self.names[component.line] = name_of(component)
        try:
            entry = self.reader.read(component)
        except EntryUnusable as error:
            self.problem(component.line, error.detail)
            return None
        except (ValueError, OverflowError):
            self.problem(component.line, BEYOND)
            return None
        for note in dict.fromkeys(entry.notes):
            # An unknown zone is told of once, where it is first met.
            if not note.startswith("The time zone") or note not in self.noted:
                self.problem(component.line, note)
            self.noted.add(note)
        if entry.original is None and not entry.title:
            self.problem(component.line, f"It has no title (SUMMARY), so it is called “{UNTITLED}”. Give it one.")
        return entry

    def series(self, uid: str, entries: list[Entry]) -> Iterator[tuple[str, Series]]:
        """The activities that share a UID: one, unless the file gives the same UID to different things."""
        masters = self.masters([entry for entry in entries if entry.original is None])
        changes = [entry for entry in entries if entry.original is not None]
        if not masters:
            yield from self.built(uid, None, changes)
            return
        owner = next((master for master in masters if master.rules), masters[0])
        for master in masters:
            name = uid
            if len(masters) > 1 and master.start:
                day = master.start.wall
                name = f"{uid}#{(day.date() if master.start.all_day else day).isoformat()}"
                self.problem(
                    master.line,
                    "Other entries have the same UID and another start, so they were taken as activities of their own. "
                    "If they are one, keep only the newest.",
                )
            yield from self.built(name, master, changes if master is owner else [])

    def masters(self, entries: list[Entry]) -> list[Entry]:
        """The newest of entries that are the same, and each of those that only share a UID, in the file's order."""
        newest = max((entry.newness[0] for entry in entries), default=0)
        kept: dict[str, Entry] = {}
        for entry in sorted(entries, key=lambda one: (one.newness, one.line)):
            start = str(entry.start and (entry.start.wall, entry.start.all_day))
            older = kept.get(start)
            if entry.newness[0] < newest:
                self.superseded(entry)
                continue
            if older is not None and older.said != entry.said:
                self.superseded(older)
            kept[start] = entry
        return sorted(kept.values(), key=lambda entry: entry.line)

    def superseded(self, entry: Entry) -> None:
        self.problem(entry.line, "The file has a newer entry for the same thing, which was used. Take this one out.")

    def built(self, uid: str, master: Entry | None, changes: list[Entry]) -> Iterator[tuple[str, Series]]:
        try:
            series = Series(master, changes)
        except (ValueError, OverflowError):
            self.problem((master or changes[0]).line, BEYOND)
            return
        for entry in series.superseded:
            self.superseded(entry)
        yield uid, series

    def activity(self, uid: str, series: Series) -> CalendarActivity | None:
        try:
            occurrences = self.occurrences(series)
        except EntryUnusable as error:
            self.problem(series.line, error.detail)
        except (ValueError, OverflowError):
            self.problem(series.line, BEYOND)
        else:
            return CalendarActivity(
                uid, series.title, series.summary, series.place, series.zone.name, series.rule, occurrences
            )
        return None

    def occurrences(self, series: Series) -> tuple[CalendarOccurrence, ...]:
        """The dates of one activity, as long as the file has counting and dates left to give."""
        allowed = min(STEPS_AT_MOST, self.steps)
        steps = Steps(allowed)
        try:
            occurrences = series.occurrences(self.since, self.until, steps)
        except RuleRefused as error:
            if steps.left < 0 and allowed < STEPS_AT_MOST:
                raise EntryUnusable("The rules in this file take too long to work out. Import it in parts.") from error
            raise
        finally:
            self.steps -= allowed - max(steps.left, 0)
        if self.dates + len(occurrences) > DATES_AT_MOST:
            raise EntryUnusable(
                f"A file may hold {DATES_AT_MOST:,} dates, and there is no more room. Import it in parts."
            )
        self.dates += len(occurrences)
        return occurrences

    def tell_what_was_left_out(self) -> None:
        kinds = Counter(component.name for component in self.found.components)
        for name, words in LEFT_OUT.items():
            if kinds[name]:
                first = next(component for component in self.found.components if component.name == name)
                self.names[first.line] = name_of(first)
                self.problem(
                    first.line, f"Only events go in: {words} ({name}) were left out, {kinds[name]:,} in this file."
                )
        if self.found.left_out:
            self.problem(
                self.found.left_out_from,
                f"The file has more than {COMPONENTS_AT_MOST:,} entries; the {self.found.left_out:,} from this line on "
                "were left out. Import it in parts.",
            )
