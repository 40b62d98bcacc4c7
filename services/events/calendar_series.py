"""An entry and the changes to single dates of it, as the dates people come to."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from services.events.calendar_entry import Entry, Moment
from services.events.calendar_zones import Zone
from services.events.recurrence import Steps, expand
from services.events.recurrence_rule import read_rule

UNTITLED = "Untitled"
# The own clock of a rule and the zone it is shown in may be more than a day apart.
APART = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class CalendarOccurrence:
    """One date of an activity. `slot` is the date (and time) its rule first gave it, whatever became of it since.

    `starts` and `ends` are naive wall time in the activity's zone (`fold` tells the second reading of an hour that
    comes twice); a whole day goes from midnight to the midnight after it. Without an end both are the same.
    """

    slot: str
    starts: datetime
    ends: datetime
    all_day: bool
    title: str
    summary: str
    place: str
    cancelled: bool


class Series:
    """One activity: the entry with the rule, or only changed dates whose entry is not in the file."""

    def __init__(self, master: Entry | None, changes: list[Entry]) -> None:
        self.master = master
        self.line = min(entry.line for entry in (*changes, *([master] if master else [])))
        first = master.start if master else changes[0].original
        if first is None:
            raise ValueError("An entry has a start, and a change has the date it changes.")
        self.first = first
        self.zone = first.zone
        self.all_day = first.all_day
        told = master or changes[0]
        self.title, self.summary, self.place = told.title or UNTITLED, told.summary or "", told.place or ""
        self.changes: dict[str, Entry] = {}
        self.superseded: list[Entry] = []
        for change in sorted(changes, key=lambda one: (one.newness, one.line)):
            slot = self._slot_of(change)
            older = self.changes.get(slot)
            if older is not None and older.said != change.said:
                self.superseded.append(older)
            self.changes[slot] = change

    @property
    def rule(self) -> str | None:
        """The rule, for people to look at."""
        if self.master is None:
            return None
        dates = [f"{len(self.master.also)} more dates"] if self.master.also else []
        return " + ".join((*self.master.rules, *dates))[:500] or None

    def occurrences(self, since: date, until: date, steps: Steps) -> tuple[CalendarOccurrence, ...]:
        """Those that start from `since` to `until`; a date moved into that time counts, one moved out does not."""
        made: dict[str, CalendarOccurrence] = {}
        for wall, length in self._dates(since, until, steps):
            slot = self._slot(wall)
            if slot not in self.changes:
                made.setdefault(slot, self._as_ruled(slot, wall, length))
        for slot, change in self.changes.items():
            made[slot] = self._as_changed(slot, change)
        within = (one for one in made.values() if since <= one.starts.date() <= until)
        return tuple(sorted(within, key=lambda one: (one.starts, one.slot)))

    def _dates(self, since: date, until: date, steps: Steps) -> list[tuple[datetime, timedelta]]:
        """What the rules and lists give, before any change, on the series' own clock."""
        master = self.master
        if master is None:
            return []
        if not self.zone.is_shown:
            since, until = max(since, date.min + APART) - APART, min(until, date.max - APART) + APART
        lengths = {self._wall_of(moment): length for moment, length in master.also}
        walls = expand(
            self.first.wall,
            [read_rule(text, wall=self._end_of_rule) for text in master.rules],
            also=[self.first.wall, *lengths] if lengths and not master.rules else lengths,
            without={moment.on(self.zone, all_day=self.all_day) for moment in master.without},
            without_days={moment.wall.date() for moment in master.without if moment.all_day},
            since=since,
            until=until,
            steps=steps,
        )
        usual = master.length or timedelta(0)
        return [(wall, usual if (length := lengths.get(wall)) is None else length) for wall in walls]

    def _end_of_rule(self, end: datetime) -> datetime:
        utc = Zone(UTC, self.zone.name)
        return Moment(utc.wall(end), utc).on(self.zone, all_day=self.all_day)

    def _slot_of(self, change: Entry) -> str:
        return self._slot(self._wall_of(change.original or self.first))

    def _wall_of(self, moment: Moment) -> datetime:
        """A date of this series on its own clock; one that is only a day has the hour of the others."""
        wall = moment.on(self.zone, all_day=self.all_day)
        return datetime.combine(wall, self.first.wall.time()) if moment.all_day else wall

    def _slot(self, wall: datetime) -> str:
        if self.all_day:
            return wall.date().isoformat()
        return (wall if self.zone.is_shown else self.zone.shown(wall)).isoformat(timespec="seconds")

    def _as_ruled(self, slot: str, wall: datetime, length: timedelta) -> CalendarOccurrence:
        cancelled = bool(self.master and self.master.cancelled)
        starts, ends = _shown(self.zone, wall, length, all_day=self.all_day)
        return CalendarOccurrence(slot, starts, ends, self.all_day, self.title, self.summary, self.place, cancelled)

    def _as_changed(self, slot: str, change: Entry) -> CalendarOccurrence:
        """What the change does not say stays as it was."""
        start = change.start or change.original or self.first
        length, master = change.length, self.master
        if length is None and master is not None and start.all_day == self.all_day:
            length = master.length
        if change.start is None and not self.all_day:
            start = Moment(datetime.fromisoformat(slot), Zone(ZoneInfo(self.zone.name), self.zone.name))
        # A change may be told on another clock than the rule; it is shown in the activity's zone all the same.
        zone = start.zone if start.zone.name == self.zone.name else Zone(start.zone.own, self.zone.name)
        usual = master.length if master and master.length is not None else timedelta(0)
        starts, ends = _shown(zone, start.wall, usual if length is None else length, all_day=start.all_day)
        return CalendarOccurrence(
            slot=slot,
            starts=starts,
            ends=ends,
            all_day=start.all_day,
            title=change.title or self.title,
            summary=self.summary if change.summary is None else change.summary,
            place=self.place if change.place is None else change.place,
            cancelled=bool(master and master.cancelled) if change.cancelled is None else change.cancelled,
        )


def _shown(zone: Zone, wall: datetime, length: timedelta, *, all_day: bool) -> tuple[datetime, datetime]:
    if all_day:
        return wall, wall + length
    starts = zone.shown(wall)
    if not zone.is_shown:
        return starts, max(starts, zone.shown(wall + length))
    # Where the clocks jump over the start, the whole of it moves with the start.
    return starts, max(starts, zone.shown(starts + length))
