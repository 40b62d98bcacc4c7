"""Reminders: 2,000 people coming to one evening, from the moment theirs are due to the mail server that takes them."""

import time
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from tests.bench.figures import Figure, at_least
from tests.bench.forum import MEMBERS, Forum
from tests.bench.http_load import load
from tests.bench.medians import RUNS
from tests.bench.smtp_floor import letters_per_second
from tests.bench.stack import until

# How long before the first reminder is due its evening is made: in that time everybody says yes and all of it is
# heard. From then on it is known how long that takes on this machine.
AHEAD = timedelta(seconds=45)
SPARE = timedelta(seconds=6)
SECONDS_TO_SEND = 90.0
# As many connections as a worker opens for this lane: one for each run that it lets go on at once.
CONNECTIONS = 2


def measure(forum: Forum) -> list[Figure]:
    speeds, waits, floors = [], [], []
    ahead = AHEAD
    for _ in range(RUNS):
        due, took, items = _sent(forum, ahead)
        ahead = took * 1.3 + SPARE
        times = sorted(datetime.fromisoformat(item["time"]) for item in items)
        speeds.append((len(times) - 1) / (times[-1] - times[0]).total_seconds())
        waits.append((times[0] - due).total_seconds())
        letter = forum.stack.letter(items[-1]["index"])
        floors.append(letters_per_second(forum.stack.simulator + 1, CONNECTIONS, letter))
    return [
        Figure("Reminders into SMTP", median(speeds), "reminders/s", at_least(0.6, of_ratio=True), median(floors)),
        Figure("Reminders, from due to the first at the mail server", median(waits), "s"),
    ]


def _sent(forum: Forum, ahead: timedelta) -> tuple[datetime, timedelta, list[dict[str, Any]]]:
    """When they were due, how long it took until all had said yes, and what arrived."""
    begun = forum.stack.now()
    due = (begun + ahead).replace(microsecond=0)
    # Everybody is reminded two hours before the start.
    evening = forum.new_evenings([due + timedelta(hours=2)])[0]
    load(forum.stack.port, forum.yes_of_each(evening, MEMBERS), 16, once=True).require(200)
    forum.wait_until_heard()
    took = forum.stack.now() - begun
    planned = f"SELECT count(*) FROM notifications WHERE occurrence_id = '{evening}' AND rule = 'two-hours-before'"
    if forum.stack.now() >= due or forum.stack.read("notifications", planned) != [(MEMBERS,)]:
        raise RuntimeError("the machine is too busy: the reminders were due before everybody had said yes")
    forum.stack.empty_mailboxes()
    time.sleep((due - forum.stack.now()).total_seconds())
    return due, took, _arrivals(forum)


def _arrivals(forum: Forum) -> list[dict[str, Any]]:
    """Everything that arrived; looked at once it is there, because looking takes the mail server's time."""
    until(lambda: forum.stack.sent(limit=0)["count"] >= MEMBERS, SECONDS_TO_SEND, "sending all reminders", every=0.25)
    items: list[dict[str, Any]] = forum.stack.sent(limit=20_000)["items"]
    assert len(items) == MEMBERS, f"{len(items)} mails came, of {MEMBERS} reminders"
    assert len({item["to"] for item in items}) == MEMBERS, "somebody was reminded twice"
    return items
