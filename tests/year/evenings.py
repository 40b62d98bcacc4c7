"""What those who run an activity do: begin it, change one date or many, call off and bring back, say how places go."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from services.events import jobs
from services.events.schemas.activities import ActivityDraft
from services.events.schemas.place_rules import PlaceRulesEdit
from services.events.schemas.programme import OccurrenceEdit
from services.events.schemas.series import SeriesEdit
from services.events.use_cases.activities import begin_activity
from services.events.use_cases.place_rules import change_place_rules
from services.events.use_cases.programme import cancel_occurrence, change_occurrence, restore_occurrence
from services.events.use_cases.series import change_series
from tests.year.book import ActivityBook, DateBook
from tests.year.rules import LONDON, Rule, instant, wall
from tests.year.world import WEEKS_AHEAD, World

# Half past one comes never on a Sunday in March, and twice on one in October.
HOURS = [time(10), time(14, 15), time(18, 30), time(18, 30), time(19, 45), time(1, 30)]
LENGTH = timedelta(hours=2)
CAPACITIES = [None, 3, 4, 6, 8, 12, 20]
AHEAD: dict[str, Any] = {"zone": LONDON, "weeks": WEEKS_AHEAD}


def horizon(world: World) -> date:
    """How far ahead dates are made."""
    return wall(world.now).date() + timedelta(weeks=WEEKS_AHEAD)


def begin(world: World) -> None:
    """A member begins something in one of the groups, and hosts it."""
    group = world.random.choice(world.groups)
    member = world.random.choice(list(group.members))
    day = wall(world.now).date() + timedelta(days=world.random.randint(1, 9))
    rule = some_rule(world, datetime.combine(day, world.random.choice(HOURS)))
    capacity = world.random.choice(CAPACITIES)
    said = {"group_id": group.id, "title": f"Activity {len(world.activities) + 1}", "place": "Church Hall"}
    said |= {"starts": rule.first, "ends": rule.first + LENGTH, "repeat": rule.repeat, "capacity": capacity}
    draft, caller, made = ActivityDraft.model_validate(said), world.caller(member), list[UUID]()
    if world.attempt(
        "begin an activity",
        lambda it: made.append(begin_activity(it, draft, caller=caller, now=world.now, **AHEAD).id),
        f"{rule}",
    ):
        until = horizon(world)
        slots = {slot for slot in rule.slots(until) if day_of(slot) not in group.closed}
        new = ActivityBook(made[0], group, rule, LENGTH, slots, until, {member})
        world.activities[new.id] = new
        world.look_at_activity(new)


def some_rule(world: World, first: datetime) -> Rule:
    every = world.random.choice(["", "week", "week", "week", "month_by_day", "month_by_weekday"])
    if not every:
        return Rule(first)
    rule = Rule(first, every, world.random.choice([1, 1, 1, 2, 3]))
    match world.random.choice(["count", "until", "endless"]):
        case "count":
            return replace(rule, count=world.random.randint(2, 20))
        case "until":
            return replace(rule, until=first.date() + timedelta(days=world.random.randint(10, 150)))
        case _:
            return rule


def change_one(world: World) -> None:
    """One date gets another hour, another day, or more or fewer places."""
    dates = world.dates_to_come(days=21)
    if not dates:
        return
    one = world.random.choice(dates)
    match world.random.choice(["places", "places", "hour", "day", "place"]):
        case "places":
            taken = one.row.going + one.row.held
            fields: dict[str, Any] = {"capacity": max(1, taken + world.random.randint(-2, 4))}
        case "hour":
            fields = {"starts": one.row.starts + timedelta(minutes=world.random.choice([-90, -30, 45, 120, 180]))}
        case "day":
            fields = {"starts": one.row.starts + timedelta(days=world.random.choice([-1, 1, 2, 5]))}
        case _:
            fields = {"place": "The other hall"}
    activity, edit = world.activity_of(one), OccurrenceEdit.model_validate(fields)
    caller = world.host(activity)
    if world.attempt(
        f"give one date another {next(iter(fields))}",
        lambda it: change_occurrence(it, one.row.id, edit, caller=caller, now=world.now),
    ):
        if "starts" in fields:
            activity.moved_by_hand.add(one.row.id)
        world.look_at_activity(activity)


def call_off(world: World) -> None:
    dates = world.dates_to_come(days=30)
    if dates:
        one = world.random.choice(dates)
        activity = world.activity_of(one)
        caller = world.host(activity)
        if world.attempt("call off", lambda it: cancel_occurrence(it, one.row.id, caller=caller, now=world.now)):
            activity.off.add(one.row.id)
            world.look_at_activity(activity)


def bring_back(world: World) -> None:
    """What was called off is on again, if its series still has it."""
    off = [
        (activity, activity.dates[each])
        for activity in world.activities.values()
        for each in activity.off
        if activity.dates[each].row.slot in activity.slots and activity.dates[each].row.ends_at > world.now
    ]
    if off:
        activity, one = world.random.choice(sorted(off, key=lambda each: (each[1].row.starts_at, each[1].row.slot)))
        caller = world.host(activity)
        if world.attempt("bring back", lambda it: restore_occurrence(it, one.row.id, caller=caller, now=world.now)):
            activity.off.discard(one.row.id)
            world.look_at_activity(activity)


def change_many(world: World) -> None:
    """This date and those after it, or all to come: other words, another hour, another day, another rule, or the end."""
    activity = world.random.choice(list(world.activities.values()))
    reach = Reachable.of(world, activity)
    if reach is not None:
        what = world.random.choice([reach.words, reach.hour, reach.day, reach.rule, reach.rule, reach.stop])
        what()
        world.look_at_activity(activity)


class Reachable:
    """A series from one of its dates on: its `first` in reach, and the slots of all that are reached."""

    def __init__(self, world: World, activity: ActivityBook, first: DateBook, *, is_all: bool) -> None:
        self.world, self.activity, self.first, self.is_all = world, activity, first, is_all
        begin_slot = "" if is_all else first.row.slot
        rows = (each.row for each in activity.dates.values())
        self.reached = {row.slot for row in rows if _to_come(world, activity, row.slot, row.ends_at)}
        self.reached = {slot for slot in self.reached if slot >= begin_slot}
        self.starts = datetime.fromisoformat(first.row.slot)

    @classmethod
    def of(cls, world: World, activity: ActivityBook) -> "Reachable | None":
        """From any date that is on, by plan and by hand; all to come means from the first of them."""
        dates = (each for each in activity.dates.values() if not each.row.is_off and each.row.slot in activity.slots)
        on = [each for each in dates if _to_come(world, activity, each.row.slot, each.row.ends_at)]
        on.sort(key=lambda each: each.row.slot)
        if not on:
            return None
        is_all = world.random.random() < 0.4
        return cls(world, activity, on[0] if is_all else world.random.choice(on[:8]), is_all=is_all)

    def words(self) -> None:
        self._change("other words", title=f"Renamed {self.world.random.randint(1, 99)}")

    def hour(self) -> None:
        """Each date stays on its day."""
        starts = datetime.combine(self.starts, self.world.random.choice(HOURS))
        if self._change("another hour", starts=starts, ends=starts + LENGTH):
            in_plan = self.reached & self.activity.slots
            self._replace({f"{slot[:10]}T{starts:%H:%M:%S}" for slot in in_plan}, in_plan)
            first = datetime.combine(self.activity.rule.first, starts.time())
            self.activity.rule = replace(self.activity.rule, first=first)

    def day(self) -> None:
        """The same rule from another day; as many dates are left of it as were."""
        starts, rule = self._elsewhere(), self.activity.rule
        if self._change("another day", starts=starts):
            left = [slot for slot in rule.slots(date.max) if slot >= self.first.row.slot] if rule.count else []
            until = rule.until + (starts.date() - self.starts.date()) if rule.until else None
            self._follow(replace(rule, first=starts, count=len(left) or None, until=until))

    def rule(self) -> None:
        rule = some_rule(self.world, self._elsewhere())
        if rule.every and self._change("another rule", starts=rule.first, repeat=rule.repeat):
            self._follow(rule)

    def stop(self) -> None:
        """The first in reach is the last."""
        if self._change("an end", repeat=None):
            self._follow(Rule(self.starts))

    def _elsewhere(self) -> datetime:
        return self.starts + timedelta(days=self.world.random.choice([-2, -1, 1, 2, 3]))

    def _change(self, what: str, **fields: Any) -> bool:
        where = {"reach": "all"} if self.is_all else {"reach": "later", "occurrence_id": self.first.row.id}
        edit = SeriesEdit.model_validate(where | fields)
        caller = self.world.host(self.activity)
        return self.world.attempt(
            f"give {'all' if self.is_all else 'this and later'} {what}",
            lambda it: change_series(it, self.activity.id, edit, caller=caller, now=self.world.now, **AHEAD),
            f"{fields} from {self.first.row.slot} of {self.activity.rule}",
        )

    def _follow(self, rule: Rule) -> None:
        """Every date in reach is one that the rule gives, and there are no others."""
        until = horizon(self.world)
        untouched = {each.row.slot for each in self.activity.dates.values()} - self.reached
        new = {slot for slot in rule.slots(until) if day_of(slot) not in self.activity.group.closed}
        ends = {slot for slot in new if instant(datetime.fromisoformat(slot)) + LENGTH > self.world.now}
        self._replace(ends - untouched, self.reached)
        self.activity.rule, self.activity.known_until = rule, until

    def _replace(self, new: set[str], old: set[str]) -> None:
        self.activity.slots = (self.activity.slots - old) | new


def _to_come(world: World, activity: ActivityBook, slot: str, ends_at: datetime) -> bool:
    """Neither it nor what its series had it be is over."""
    return ends_at > world.now and instant(datetime.fromisoformat(slot)) + activity.length > world.now


def extend(world: World) -> None:
    """Another day has come within the horizon: endless rules have dates on it."""
    jobs.extend_activities(world.work)
    until = horizon(world)
    for activity in world.activities.values():
        if activity.rule.is_endless and activity.known_until < until:
            new = {slot for slot in activity.rule.slots(until) if day_of(slot) > activity.known_until}
            activity.slots |= {slot for slot in new if day_of(slot) not in activity.group.closed}
            activity.known_until = until
            if new:
                world.look_at_activity(activity)


def day_of(slot: str) -> date:
    return datetime.fromisoformat(slot).date()


def change_places(world: World) -> None:
    """How many each may bring, who is asked first, and whether the room is filled."""
    activity = world.random.choice(list(world.activities.values()))
    fields: dict[str, Any] = {
        "priority": world.random.choice(["first_come", "fewer_turns", "draw"]),
        "fills_room": world.random.random() < 0.5,
        "most_others": world.random.choice([0, 1, 2, 2]),
        "draw_hours": world.random.choice([24, 48, 72]),
    }
    edit, caller = PlaceRulesEdit.model_validate(fields), world.host(activity)
    if world.attempt(
        "change how places are given",
        lambda it: change_place_rules(it, activity.id, edit, caller=caller, now=world.now),
        f"{fields}",
    ):
        activity.priority, activity.fills_room = fields["priority"], fields["fills_room"]
        activity.draw_hours = fields["draw_hours"]
        world.look_at_activity(activity)
