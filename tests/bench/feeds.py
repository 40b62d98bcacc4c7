"""A year's feed, as a calendar asks for it: whole, and again when nothing has changed."""

import time
from datetime import timedelta
from http import HTTPStatus
from itertools import count, islice
from statistics import median

import httpx2

from tests.bench.figures import Figure, at_most
from tests.bench.forum import SLUG, Forum
from tests.bench.http_load import HOST

# An evening a day for a year. The programme is known for half of one, so there are several a day.
DATES = 365
A_DAY = 3
TRIES = 20
GOAL_MS = 150


def measure(forum: Forum) -> list[Figure]:
    _fill(forum)
    with httpx2.Client(base_url=f"http://{HOST}:{forum.stack.port}/api/events") as calendar:
        whole = [_milliseconds(calendar, HTTPStatus.OK) for _ in range(TRIES)]
        tag = {"If-None-Match": calendar.get(f"/groups/{SLUG}/calendar.ics").headers["etag"]}
        again = [_milliseconds(calendar, HTTPStatus.NOT_MODIFIED, tag) for _ in range(TRIES)]
    name = "A year's feed"
    return [
        Figure(name, median(whole), "ms", at_most(GOAL_MS)),
        Figure(f"{name}, the longest of {TRIES}", max(whole), "ms", at_most(GOAL_MS)),
        Figure(f"{name}, when nothing has changed", median(again), "ms", at_most(GOAL_MS)),
    ]


def _fill(forum: Forum) -> None:
    first = forum.stack.now().replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=1)
    times = (first + timedelta(days=number // A_DAY, hours=3 * (number % A_DAY)) for number in count())
    with httpx2.Client(base_url=f"http://{HOST}:{forum.stack.port}/api/events") as calendar:
        there = _dates(calendar)
        forum.new_evenings(islice(times, max(DATES - there, 0)))
        assert _dates(calendar) >= DATES, "the feed holds less than a year"


def _dates(calendar: httpx2.Client) -> int:
    return calendar.get(f"/groups/{SLUG}/calendar.ics").raise_for_status().text.count("BEGIN:VEVENT")


def _milliseconds(calendar: httpx2.Client, status: int, headers: dict[str, str] | None = None) -> float:
    begun = time.perf_counter()
    answer = calendar.get(f"/groups/{SLUG}/calendar.ics", headers=headers or {})
    took = (time.perf_counter() - begun) * 1000
    assert answer.status_code == status
    return took
