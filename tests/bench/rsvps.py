"""Saying yes by the API, all to the same evening, which is the hardest case: every yes needs the same row."""

from datetime import timedelta
from statistics import median

from tests.bench.figures import Figure, at_least, exactly
from tests.bench.forum import MEMBERS, Forum
from tests.bench.http_load import load
from tests.bench.medians import RUNS, middle
from tests.bench.pages import NO_GOALS, Goals, speed
from tests.bench.rsvp_floor import commits_per_second

CONCURRENCY = (1, 16, 64)
SECONDS = 4.0
GOALS: dict[int, Goals] = {16: (at_least(270), None)}
RACING, PLACES = 400, 200


def measure(forum: Forum) -> list[Figure]:
    first = forum.stack.now().replace(microsecond=0) + timedelta(days=2)
    evenings = forum.new_evenings(first + timedelta(hours=n) for n in range(RUNS * len(CONCURRENCY) + 2))
    race, warm_up = evenings.pop(), evenings.pop()
    load(forum.stack.port, forum.yes_of_each(warm_up, 100), 4, once=True).require(200)
    figures = [Figure(f"Places given, {RACING} racing for {PLACES}", _race(forum, race), "places", exactly(PLACES))]
    for concurrency in CONCURRENCY:
        figures += _speed(forum, [evenings.pop() for _ in range(RUNS)], concurrency)
    return figures


def _speed(forum: Forum, evenings: list[str], concurrency: int) -> list[Figure]:
    answers, floors = [], []
    for evening in evenings:
        # A limit that nobody reaches: whether there is a place is looked at all the same.
        forum.limit(evening, MEMBERS)
        # Each says yes once, so that each changes something.
        requests = forum.yes_of_each(evening, MEMBERS)
        answers.append(load(forum.stack.port, requests, concurrency, SECONDS, once=True).require(200))
        forum.wait_until_heard()
        floors.append(commits_per_second(forum.stack.database("events"), concurrency))
    goals = GOALS.get(concurrency, NO_GOALS)
    return speed(f"RSVP, {concurrency} at once", middle(answers), median(floors), goals)


def _race(forum: Forum, evening: str) -> int:
    """How many of 400 got one of 200 places, as they were told and as the API counts."""
    forum.limit(evening, PLACES)
    answers = load(forum.stack.port, forum.yes_of_each(evening, RACING), 64, once=True)
    told = {status: answers.statuses.get(status, 0) for status in ("200", "409")}
    if sum(told.values()) != RACING or told["200"] != forum.going(evening):
        raise RuntimeError(f"the race went wrong: {answers.statuses}, and {forum.going(evening)} are going")
    return told["200"]
