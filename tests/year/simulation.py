"""A year in the life of a forum, from a seed: day by day, whatever people do."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from random import Random

from shared.db import Sessions
from tests.year import answers, evenings, office
from tests.year.bursts import THREADS, burst
from tests.year.hidden import look_in_from_outside
from tests.year.rules import instant, wall
from tests.year.watch import Watch
from tests.year.world import World, given_groups

# A Monday in November: in a year from it the clocks change in March and in October.
BEGINS = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
POOL = THREADS + 2


@dataclass(frozen=True)
class Size:
    """How long it is, who is there, and how much happens on a day; `bursts` is for all of it."""

    weeks: int = 52
    members: int = 200
    activities: int = 15
    steps: int = 32
    bursts: int = 300


# How likely each is among all that happens.
STEPS: Mapping[Callable[[World], None], int] = {
    answers.somebody_answers: 100,
    evenings.change_one: 6,
    evenings.change_many: 5,
    evenings.call_off: 4,
    evenings.bring_back: 3,
    evenings.change_places: 2,
    office.join: 3,
    office.leave: 3,
    office.erase: 1,
    office.merge: 1,
    office.close: 1,
    office.open_again: 1,
}


def simulate(
    sessions: Sessions, size: Size, seed: int, watch: Watch, each_day: Callable[[World], None] = lambda _: None
) -> None:
    """Let so many weeks pass; raises Broken as soon as a promise is."""
    world = World(sessions, Random(seed), BEGINS, watch)
    given_groups(world, size.members)
    with ThreadPoolExecutor(THREADS) as pool:
        for day in range(size.weeks * 7):
            bursts = size.bursts * (day + 1) // (size.weeks * 7) - size.bursts * day // (size.weeks * 7)
            _live_through_day(world, size, pool, bursts)
            each_day(world)
            _look_back(world, day)


def _live_through_day(world: World, size: Size, pool: ThreadPoolExecutor, bursts: int) -> None:
    """From some time in the morning on; dates that came within the horizon are made at some time of the day."""
    while len(_going_on(world)) < size.activities:
        evenings.begin(world)
    hours = _hours(world, 5)
    extends_at = world.random.choice(hours)
    for hour in hours:
        world.go_on(hour)
        if hour == extends_at:
            evenings.extend(world)
        for step in world.random.choices(list(STEPS), list(STEPS.values()), k=size.steps // len(hours)):
            step(world)
    for _ in range(bursts):
        burst(world, pool)


def _hours(world: World, many: int) -> list[datetime]:
    """Some times of the next day, by night as well."""
    midnight = datetime.combine(wall(world.now).date() + timedelta(days=1), time())
    minutes = sorted(world.random.sample(range(24 * 60), many))
    return [instant(midnight + timedelta(minutes=each)) for each in minutes]


def _look_back(world: World, day: int) -> None:
    """At everything, once a week also at what is over; what is too old goes."""
    world.sweep()
    world.look_at(world.dates_to_come())
    look_in_from_outside(world)
    if day % 7 == 0:
        for activity in world.activities.values():
            world.look_at_activity(activity)


def _going_on(world: World) -> list[object]:
    """The activities that have dates to come."""
    return [
        each
        for each in world.activities.values()
        if any(date.row.ends_at > world.now and not date.row.is_off for date in each.dates.values())
    ]
