"""Changing an activity from a date on: one plan takes the place of another, and its dates go along."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from services.events.errors.activities import NothingToCome
from services.events.errors.programme import CapacityTooSmall, TimeUnusable
from services.events.line_words import too_small_words
from services.events.models import Activity, Occurrence, refuse_unusable
from services.events.programme_diff import Change, Difference, Facts, Known, is_another_date
from services.events.queries.activities import (
    activities_known_before,
    activity_now,
    closed_days,
    ids_to_come,
    locked_dates,
)
from services.events.repeats import Repeat
from services.events.schemas.series import SeriesChange, SeriesEdit
from services.events.series import Plan, slot_of, timed
from services.events.series_diff import SeriesDifference, changed_series, day_of, in_plan, pairs_in_order
from services.events.use_cases.activities import find_activity
from services.events.use_cases.asking_again import ask_again, lock_answers
from services.events.use_cases.importing import window_of
from services.events.use_cases.places import ask_next_in
from services.events.use_cases.programme import lock_programme
from services.events.use_cases.running import refuse_unless_running
from services.events.use_cases.telling import tell_all
from shared.auth import Caller


def change_series(
    session: Session,
    activity_id: UUID,
    edit: SeriesEdit,
    *,
    caller: Caller,
    seen: frozenset[int] | None = None,
    preview: bool = False,
    zone: str,
    weeks: int,
    now: datetime,
) -> SeriesChange:
    """Change a date and those after it, or all to come; with `preview`, only say what that would do.

    `seen` are the versions the caller would change, None for any. Raises NoSuchActivity, NotYourProgramme,
    ActivityChanged, FromAFile, NothingToCome, TimeUnusable, CapacityTooSmall, NoDates or TooManyDates.
    """
    activity = find_activity(session, activity_id, caller)
    refuse_unless_running(session, activity, caller)
    lock_programme(session, activity.group_id)
    activity = activity_now(session, activity_id)
    activity.refuse_unless_seen(seen)
    lock_answers(session, ids_to_come(session, activity_id, now))
    here = _Here.of(activity, locked_dates(session, activity_id), edit, now)
    horizon = window_of(now, zone, weeks).until
    anew = edit.says_repeat or here.starts.date() != here.first.date()
    if anew:
        plan, found = here.redated(horizon, set(closed_days(session, activity.group_id)))
    else:
        plan, found = here.retold()
    _refuse_too_small(here.dates, found.dates)
    if not preview:
        activity.follow(plan)
        activity.version += 1
        if anew:
            activity.known_until = horizon if plan.is_endless else None
        _apply(session, activity, here.dates, found.dates, now)
    return SeriesChange.of(found)


def extend_series(session: Session, activity_id: UUID, *, zone: str, weeks: int, now: datetime) -> None:
    """Add the dates of an endless rule that have come within the horizon."""
    lock_programme(session, session.get_one(Activity, activity_id).group_id)
    activity = activity_now(session, activity_id)
    horizon = window_of(now, zone, weeks).until
    if activity.known_until is None or activity.known_until >= horizon:
        return
    lock_answers(session, ids_to_come(session, activity_id, now))
    here = {each.slot: each for each in locked_dates(session, activity_id)}
    known = [_known(each) for each in here.values()]
    settled = {each.slot for each in known if in_plan(each) or each.facts.ends_at <= now}
    closed = set(closed_days(session, activity.group_id))
    dates = activity.plan.dates(activity.known_until + timedelta(days=1), horizon, closed)
    wanted = {slot: facts for slot, facts in dates.items() if slot not in settled}
    # A date that fell out of the series, further on than it had been worked out since, is the same date again.
    fell_out = [each for each in known if each.slot not in settled]
    pairs = pairs_in_order(fell_out, wanted)
    for slot, old in pairs.items():
        if here[old].takes_more_than(wanted[slot].capacity):
            wanted[slot] = replace(wanted[slot], capacity=here[old].capacity)
    _apply(session, activity, here, changed_series(fell_out, wanted, pairs).dates, now)
    activity.known_until = horizon


def series_to_extend(session: Session, *, zone: str, weeks: int, now: datetime) -> Sequence[UUID]:
    """The activities whose endless rules have dates to be made."""
    return activities_known_before(session, window_of(now, zone, weeks).until)


@dataclass(frozen=True)
class _Here:
    """A series as it is, and what is to change of it; `first` is the slot of the first date in reach that is on."""

    plan: Plan
    dates: dict[str, Occurrence]
    known: list[Known]
    first: datetime
    edit: SeriesEdit
    now: datetime

    @classmethod
    def of(cls, activity: Activity, dates: Sequence[Occurrence], edit: SeriesEdit, now: datetime) -> "_Here":
        begin = min((each.slot for each in dates if each.id == edit.occurrence_id), default="")
        reached = (each for each in dates if each.ends_at > now and each.slot >= begin)
        known = [_known(each) for each in reached]
        # One that was put off by hand until after its series would have had it is nobody's but the hand's.
        known = [each for each in known if each.imported.ends_at > now]
        firsts = [each.slot for each in known if in_plan(each) and not each.facts.cancelled]
        if not firsts or (edit.occurrence_id is not None and min(firsts) != begin):
            raise NothingToCome("Begin a new one like it, or change a date that is still to come.")
        by_slot = {each.slot: each for each in dates}
        return cls(activity.plan, by_slot, known, datetime.fromisoformat(min(firsts)), edit, now)

    @property
    def starts(self) -> datetime:
        """When the first date in reach is to be."""
        return self.edit.starts or self.first

    def retold(self) -> tuple[Plan, SeriesDifference]:
        """Every date stays on its day, and only what was said changes."""
        plan = self._reworded()
        new_times = self.edit.starts is not None or self.edit.ends is not None
        if new_times:
            first = plan.begun_at(self.starts, self.edit.ends)
            self._refuse_unusable(first)
            length = first.facts.ends - first.facts.starts
            starts = datetime.combine(plan.facts.starts, self.starts.time())
            plan = plan.begun_at(starts, starts + length)
        wanted, pairs = {}, {}
        for known in filter(in_plan, self.known):
            facts, slot = self.edit.reworded(known.imported), known.slot
            if new_times:
                wall = datetime.combine(day_of(slot), self.starts.time())
                facts, slot = timed(facts, wall, length), slot_of(wall)
            wanted[slot], pairs[slot] = facts, known.slot
        return plan, changed_series([each for each in self.known if in_plan(each)], wanted, pairs)

    def redated(self, horizon: date, closed: set[date]) -> tuple[Plan, SeriesDifference]:
        """The dates follow another rule, or the same one from another day."""
        plan = replace(self._reworded().begun_at(self.starts, self.edit.ends), rule=self._rule())
        self._refuse_unusable(plan)
        out_of_reach = self.dates.keys() - {each.slot for each in self.known}
        wanted = {
            slot: facts
            for slot, facts in plan.all_dates(horizon, closed).items()
            if slot not in out_of_reach and facts.ends_at > self.now
        }
        return plan, changed_series(self.known, wanted, pairs_in_order(self.known, wanted))

    def _reworded(self) -> Plan:
        return replace(self.plan, facts=self.edit.reworded(self.plan.facts))

    def _rule(self) -> str | None:
        """The rule from the first date in reach on. One that ends after so many times has as many left as it had."""
        if self.edit.says_repeat:
            return self.edit.repeat.rule(self.starts) if self.edit.repeat else None
        if self.plan.rule is None:
            return None
        repeat = Repeat.read(self.plan.rule)
        left = None
        if repeat.count is not None:
            left = sum(slot >= slot_of(self.first) for slot in self.plan.all_dates(date.max))
        until = repeat.until + (self.starts.date() - self.first.date()) if repeat.until else None
        return repeat.model_copy(update={"count": left, "until": until}).rule(self.starts)

    def _refuse_unusable(self, plan: Plan) -> None:
        facts = plan.facts
        refuse_unusable(facts.starts, facts.ends, facts.timezone)
        if facts.starts_at <= self.now and facts.starts != self.first:
            raise TimeUnusable(f"{facts.starts:%H:%M on %d %B %Y} is past. Give a start that is still to come.")


def _refuse_too_small(here: dict[str, Occurrence], found: Sequence[Difference]) -> None:
    """Raises CapacityTooSmall, with the dates on which more are coming or have been offered a place."""
    known = [(here[each.known], each.facts) for each in found if each.known is not None]
    full = {facts.starts: it.going + it.held for it, facts in known if it.takes_more_than(facts.capacity)}
    if full:
        raise CapacityTooSmall(too_small_words(full))


def _known(occurrence: Occurrence) -> Known:
    return Known(occurrence.slot, occurrence.facts, Facts.from_json(occurrence.imported))


def _apply(
    session: Session, activity: Activity, here: dict[str, Occurrence], found: Sequence[Difference], now: datetime
) -> None:
    changes, another_date = [], []
    for each in found:
        if each.known is None:
            occurrence = Occurrence.new(activity, each.slot, each.facts)
            session.add(occurrence)
        else:
            occurrence = here[each.known]
            # Where nobody said yes and nobody waits there is nobody to ask.
            if is_another_date(occurrence.facts, each.facts) and (occurrence.going or occurrence.line_due):
                another_date.append(occurrence.id)
            occurrence.take(each.slot, each.facts, each.imported)
            occurrence.sequence += each.change is not Change.UNCHANGED
        if not (each.change is Change.CHANGED and occurrence.is_cancelled):
            changes.append((each.change, occurrence))
    ask_again(session, another_date, now)
    ask_next_in(session, [occurrence.id for _, occurrence in changes], now)
    tell_all(session, changes, activity.group, now=now)
