"""A programme that is full: five years of a weekly series, a line of hundreds, and ten thousand dates to come."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from statistics import median
from typing import Any

import httpx2

from tests.bench.figures import Figure, at_most
from tests.bench.forum import SLUG, Forum
from tests.bench.http_load import HOST, get, load, request
from tests.bench.medians import RUNS, middle
from tests.bench.pages import speed
from tests.bench.static_floor import static_server

WEEKS = 260
TRIES = 5
SERIES_MS = 100
IN_LINE = 500
DATES = 10_000
CONCURRENCY, SECONDS = 16, 1.5
PATHS = {"What's on, API": "/api/events/occurrences?limit=50", "What's on, page": "/"}


def measure(forum: Forum) -> list[Figure]:
    return [*_series(forum), _promotion(forum), *_whats_on(forum)]


def _series(forum: Forum) -> list[Figure]:
    """Five years of a weekly evening, begun and changed by its host."""
    group = forum.stack.read("events", f"SELECT id FROM groups WHERE slug = '{SLUG}'")[0][0]
    token = forum.stack.member_tokens(forum.members[:1])[0]
    with _host(forum, token) as host:
        draft = _draft(forum, str(group))
        preview = [_millis(lambda: host.post("/activities/preview", json=draft)) for _ in range(TRIES)]
        begun: list[str] = []
        begin = [_millis(lambda: begun.append(host.post("/activities", json=draft).json()["id"])) for _ in range(TRIES)]
        edits = {
            "move every date by a day": {"starts": (_first(forum) + timedelta(days=1)).isoformat()},
            "give every date another title": {"title": "Quiz night"},
        }
        taken = {name: [_edit_millis(host, each, edit) for each in begun] for name, edit in edits.items()}
        _fill(host, draft, _dates(forum))
    taken = {"preview": preview, "begin": begin} | taken
    name = "A weekly series of five years"
    return [Figure(f"{name}: {what}", median(each), "ms", at_most(SERIES_MS)) for what, each in taken.items()]


def _host(forum: Forum, token: str) -> httpx2.Client:
    def require(answer: httpx2.Response) -> None:
        answer.raise_for_status()

    url = f"http://{HOST}:{forum.stack.port}/api/events"
    return httpx2.Client(
        base_url=url, headers={"Authorization": f"Bearer {token}"}, event_hooks={"response": [require]}, timeout=60
    )


def _first(forum: Forum) -> datetime:
    now = forum.stack.now().replace(tzinfo=None, second=0, microsecond=0)
    return now.replace(hour=19, minute=30) + timedelta(days=2)


def _draft(forum: Forum, group: str) -> dict[str, Any]:
    first = _first(forum)
    times = {"starts": first.isoformat(), "ends": (first + timedelta(hours=2)).isoformat()}
    repeat = {"every": "week", "count": WEEKS}
    return {"group_id": group, "title": "Games night", "place": "The hub", "repeat": repeat, **times}


def _edit_millis(host: httpx2.Client, activity: str, edit: dict[str, str]) -> float:
    return _millis(lambda: host.patch(f"/activities/{activity}", json={"reach": "all"} | edit))


def _millis(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1000


def _promotion(forum: Forum) -> Figure:
    """From the host's request for five hundred more places until each of those who wait is asked."""
    first = forum.stack.now().replace(microsecond=0) + timedelta(days=4)
    taken = [
        _promotion_millis(forum, each) for each in forum.new_evenings(first + timedelta(hours=n) for n in range(RUNS))
    ]
    return Figure(f"{IN_LINE} places at once, offered to those in line", median(taken), "ms")


def _promotion_millis(forum: Forum, evening: str) -> float:
    forum.limit(evening, 1)
    load(forum.stack.port, forum.yes_of_each(evening, 1), 1, once=True).require(200)
    load(forum.stack.port, _waits(forum, evening), CONCURRENCY, once=True).require(200)
    forum.wait_until_heard()
    took = _millis(lambda: forum.limit(evening, 1 + IN_LINE))
    held = forum.stack.read("events", f"SELECT held FROM occurrences WHERE id = '{evening}'")
    assert held == [(IN_LINE,)], f"{held} of {IN_LINE} places are offered"
    return took


def _waits(forum: Forum, evening: str) -> list[bytes]:
    path, typed = f"/api/events/occurrences/{evening}/waiting", {"Content-Type": "application/json"}
    tokens = forum.stack.member_tokens(forum.members[1 : 1 + IN_LINE])
    headers = (typed | {"Authorization": f"Bearer {token}"} for token in tokens)
    return [request("PUT", path, forum.stack.port, each, b"{}") for each in headers]


def _fill(host: httpx2.Client, draft: dict[str, Any], there: int) -> None:
    """Begin as many more as it takes until there are ten thousand dates to come."""
    for _ in range(-(-max(DATES - there, 0) // WEEKS)):
        host.post("/activities", json=draft)


def _dates(forum: Forum) -> int:
    found: int = forum.stack.read("events", "SELECT count(*) FROM occurrences WHERE starts_at > now()")[0][0]
    return found


def _whats_on(forum: Forum) -> list[Figure]:
    assert _dates(forum) >= DATES, "there are too few dates"
    figures, port = [], forum.stack.port
    for name, path in PATHS.items():
        warm = load(port, [get(path, port)], 4, seconds=0.5).require(200)
        served = [load(port, [get(path, port)], CONCURRENCY, SECONDS).require(200) for _ in range(RUNS)]
        with static_server(warm.size) as floor_port:
            floor = load(floor_port, [get("/", floor_port)], CONCURRENCY, SECONDS / 2).require(200).per_second
        whole_name = f"{name}, {DATES:,} dates to come, {CONCURRENCY} at once"
        figures += speed(whole_name, middle(served), floor, (None, at_most(50)))
    return figures
