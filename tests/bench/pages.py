"""What's on: as a page for anybody, by the API, and what a first look at it costs a phone."""

from tests.bench.figures import Figure, Goal, at_least, at_most
from tests.bench.forum import Forum
from tests.bench.http_load import Answers, get, load
from tests.bench.medians import RUNS, middle
from tests.bench.static_floor import static_server
from tests.bench.weight import first_load

SECONDS = 1.5
CONCURRENCY = (1, 16, 64)
PATHS = {"What's on, page": "/", "What's on, API": "/api/events/occurrences?limit=50"}

Goals = tuple[Goal | None, Goal | None]
NO_GOALS: Goals = (None, None)
GOALS: dict[tuple[str, int], Goals] = {("What's on, page", 16): (at_least(450), at_most(50))}


def measure(forum: Forum) -> list[Figure]:
    port = forum.stack.port
    figures = []
    for name, path in PATHS.items():
        warm = load(port, [get(path, port)], 4, seconds=0.5).require(200)
        with static_server(warm.size) as floor_port:
            for concurrency in CONCURRENCY:
                figures += _speed(name, port, path, floor_port, concurrency)
    requests, size = first_load(port)
    return [
        *figures,
        Figure("What's on, first load", size / 1000, "KB", at_most(15)),
        Figure("What's on, first load", requests, "requests", at_most(4)),
    ]


def _speed(name: str, port: int, path: str, floor_port: int, concurrency: int) -> list[Figure]:
    served, floors = [], []
    for _ in range(RUNS):
        # One after the other, so that a bad moment of the machine falls upon both.
        served.append(load(port, [get(path, port)], concurrency, SECONDS).require(200))
        floors.append(load(floor_port, [get("/", floor_port)], concurrency, SECONDS / 2).require(200))
    goals = GOALS.get((name, concurrency), NO_GOALS)
    return speed(f"{name}, {concurrency} at once", middle(served), middle(floors).per_second, goals)


def speed(name: str, answers: Answers, floor: float, goals: Goals = NO_GOALS) -> list[Figure]:
    """Requests a second, which the floor and the first goal are for, and how long they take."""
    fast, soon = goals
    return [
        Figure(name, answers.per_second, "requests/s", fast, floor),
        Figure(f"{name}, p50", answers.p50, "ms"),
        Figure(f"{name}, p99", answers.p99, "ms", soon),
    ]
