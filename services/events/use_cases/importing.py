"""Bringing in a calendar file, and going on with it where its rules have no end."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session, undefer

from services.events.calendar_file import CalendarActivity, CalendarFile, read
from services.events.errors.calendar import UnknownGroup
from services.events.models import Activity, Calendar, Group, Occurrence
from services.events.programme_diff import (
    Change,
    Difference,
    Facts,
    Known,
    Window,
    called_off,
    differences,
    is_another_date,
)
from services.events.queries.calendars import activities_behind, activities_of, occurrences_to_compare
from services.events.queries.groups import group_by_slug, listed_slugs
from services.events.schemas.imports import ActivityTally, ImportReport, OccurrenceTally, ProblemView
from services.events.use_cases.asking_again import ask_again, lock_answers
from services.events.use_cases.places import ask_next_in
from services.events.use_cases.programme import lock_programme
from services.events.use_cases.telling import tell_all
from shared.ids import new_id

# What going on with an old file may do: everything else would undo what was done since it was imported.
GOING_ON = (Change.ADDED, Change.RESTORED)
WORDS = ("title", "summary", "place", "timezone", "rule")


def import_programme(
    session: Session,
    group_slug: str,
    data: bytes,
    name: str,
    *,
    replace: bool = False,
    zone: str,
    weeks: int,
    now: datetime,
) -> ImportReport:
    """Make a group's programme what the file says, and tell others what changed; the same file again changes nothing.

    An activity that the file no longer has is reported and left as it is, or with `replace` called off. Raises
    UnknownGroup, NotACalendar or CalendarTooLarge.
    """
    group = group_by_slug(session, group_slug)
    if group is None:
        raise _unknown(session, group_slug)
    window = window_of(now, zone, weeks)
    file = read(data, zone=zone, since=window.since, until=window.until)
    lock_programme(session, group.id)
    programme = _Programme(session, group, name, window)
    programme.take(file)
    missing = programme.missing(file, data)
    if replace:
        programme.call_off(missing)
    programme.tell()
    if not programme.is_all_ours(file):
        session.merge(
            Calendar(group_id=group.id, name=name, data=data, timezone=zone, imported_at=now, known_until=window.until)
        )
    return ImportReport(
        activities=programme.activities.model_copy(update={"missing": len(missing)}),
        occurrences=programme.occurrences,
        missing=[activity.title for activity in missing],
        problems=[ProblemView.model_validate(problem) for problem in file.problems],
    )


def extend_programme(session: Session, group_id: UUID, name: str, *, weeks: int, now: datetime) -> None:
    """Add the dates that have come within the horizon since the file was imported, and nothing else."""
    lock_programme(session, group_id)
    calendar = session.get_one(Calendar, (group_id, name), options=[undefer(Calendar.data)])
    window = window_of(now, calendar.timezone, weeks)
    if calendar.known_until >= window.until:
        return
    file = read(calendar.data, zone=calendar.timezone, since=window.since, until=window.until)
    programme = _Programme(session, session.get_one(Group, group_id), name, window)
    programme.go_on(file)
    programme.tell()
    calendar.known_until = window.until


def window_of(now: datetime, zone: str, weeks: int) -> Window:
    """From today, as the programme's own clock has it, for so many weeks."""
    today = now.astimezone(ZoneInfo(zone)).date()
    return Window(now=now, since=today, until=today + timedelta(weeks=weeks))


class _Programme:
    """A group's programme while a calendar is brought into it."""

    def __init__(self, session: Session, group: Group, name: str, window: Window) -> None:
        self._session = session
        self._group = group
        self._name = name
        self._window = window
        self._stored = {activity.uid: activity for activity in activities_of(session, group.id)}
        # The calendars this file goes on with: a file is often given a new name when it is exported again.
        self._continued: set[str | None] = {name}
        # The dates out of our own feed that the file has, by their UIDs there, each with the UID of its activity.
        self._ours: Mapping[str, str] = {}
        self._here: dict[UUID, dict[str, Occurrence]] = defaultdict(dict)
        self._changes: list[tuple[Change, Occurrence]] = []
        self._another_date: list[UUID] = []
        self.activities = ActivityTally()
        self.occurrences = OccurrenceTally()

    def take(self, file: CalendarFile, *, only: Collection[Change] = tuple(Change)) -> None:
        """Make the programme what the file says, as far as `only` goes."""
        slots = [occurrence.slot for activity in file.activities for occurrence in activity.occurrences]
        for occurrence in occurrences_to_compare(self._session, self._group.id, slots, self._window.now):
            self._here[occurrence.activity_id][occurrence.slot] = occurrence
        self._ours = activities_behind(self._session, self._group.id, [told.uid for told in file.activities])
        for told in file.activities:
            if told.uid in self._ours:
                continue  # A date out of our own feed: it is known here, and better.
            wanted = _facts_by_slot(told)
            activity = self._activity(told, wanted.values())
            if activity is not None:
                known = self._known(activity)
                found = differences(known, wanted, self._window, repeats=told.rule is not None)
                self._apply(activity, (each for each in found if each.change in only))

    def go_on(self, file: CalendarFile) -> None:
        """Add what the file had all along for dates that were too far away; what newer files speak of is theirs."""
        own = {uid for uid, activity in self._stored.items() if activity.calendar == self._name}
        mine = tuple(each for each in file.activities if each.uid in own or each.uid not in self._stored)
        self.take(CalendarFile(mine, ()), only=GOING_ON)

    def is_all_ours(self, file: CalendarFile) -> bool:
        """Whether it has nothing but dates out of our own feed, and so no rules to go on with."""
        return bool(self._ours) and all(told.uid in self._ours for told in file.activities)

    def missing(self, file: CalendarFile, data: bytes) -> list[Activity]:
        """The activities with something still on that the file no longer has.

        An entry that could not be used is still in the file, and its activity is not missing.
        """
        told = {activity.uid for activity in file.activities} | _uids(data) | set(self._ours.values())
        return [
            activity
            for uid, activity in self._stored.items()
            if uid not in told
            and uid.partition("#")[0] not in told  # the reader marks those that share a UID after a #
            and activity.calendar in self._continued
            and called_off(self._known(activity), self._window)
        ]

    def call_off(self, activities: Iterable[Activity]) -> None:
        """Cancel all that is still to come of activities that this file replaces."""
        for activity in activities:
            activity.calendar = self._name
            self._apply(activity, called_off(self._known(activity), self._window))

    def tell(self) -> None:
        """Tell others what changed. What changes about something that stays cancelled is nobody's concern yet."""
        with self._session.no_autoflush:  # those who answer now are waited for before the dates themselves are locked
            lock_answers(self._session, self._another_date)
        ask_again(self._session, self._another_date, self._window.now)
        ask_next_in(self._session, [each.id for _, each in self._changes], self._window.now)
        told = (
            (change, each) for change, each in self._changes if not (change is Change.CHANGED and each.is_cancelled)
        )
        tell_all(self._session, told, self._group, now=self._window.now)

    def _activity(self, told: CalendarActivity, wanted: Collection[Facts]) -> Activity | None:
        """The stored activity, brought up to date; a new one only when something of it is still to come."""
        words = {name: getattr(told, name) for name in WORDS}
        activity = self._stored.get(told.uid)
        if activity is not None and activity.calendar is None:
            return None  # Members began it here: a file that was made of our own programme changes nothing.
        if activity is None:
            if not any(self._window.to_come(facts) and not facts.cancelled for facts in wanted):
                return None
            activity = Activity(id=new_id(), group_id=self._group.id, uid=told.uid, calendar=self._name, **words)
            self._session.add(activity)
            self.activities.added += 1
            return activity
        changed = any(getattr(activity, name) != value for name, value in words.items())
        self._continued.add(activity.calendar)
        for name, value in (words | {"calendar": self._name}).items():
            setattr(activity, name, value)
        activity.version += changed
        self.activities.changed += changed
        self.activities.unchanged += not changed
        return activity

    def _known(self, activity: Activity) -> list[Known]:
        here = self._here[activity.id].values()
        return [Known(each.slot, each.facts, Facts.from_json(each.imported)) for each in here]

    def _apply(self, activity: Activity, found: Iterable[Difference]) -> None:
        here = self._here[activity.id]
        for difference in found:
            if difference.known is None:
                occurrence = Occurrence.new(activity, difference.slot, difference.facts)
                self._session.add(occurrence)
            else:
                occurrence = here[difference.known]
                if is_another_date(occurrence.facts, difference.facts):
                    self._another_date.append(occurrence.id)
                occurrence.take(difference.slot, difference.facts, difference.imported)
                occurrence.sequence += difference.change is not Change.UNCHANGED
            self.occurrences.count(difference.change)
            if difference.change is not Change.UNCHANGED:
                self._changes.append((difference.change, occurrence))


def _facts_by_slot(activity: CalendarActivity) -> dict[str, Facts]:
    return {
        each.slot: Facts(
            starts=each.starts,
            ends=each.ends,
            all_day=each.all_day,
            timezone=activity.timezone,
            title=each.title,
            summary=each.summary,
            place=each.place,
            cancelled=each.cancelled,
        )
        for each in activity.occurrences
    }


def _uids(data: bytes) -> set[str]:
    """The UID of every entry of a file, usable or not."""
    unfolded = re.sub(rb"\r?\n[ \t]", b"", data)
    found = re.findall(rb"^UID[^:\r\n]*:([^\r\n]*)", unfolded, re.MULTILINE | re.IGNORECASE)
    return {uid.strip().decode(errors="replace") for uid in found}


def _unknown(session: Session, slug: str) -> UnknownGroup:
    listed = ", ".join(listed_slugs(session)) or "none yet"
    return UnknownGroup(
        f"No group is called “{slug}”. The groups that are not hidden: {listed}. "
        "Add one with `afterhours groups add`; it is known here a moment later."
    )
