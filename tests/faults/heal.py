"""How long it takes until everything is well again."""

import signal
import threading
import time

import httpx2

from tests.faults.stage import Stage, until
from tests.faults.verdict import everything_applied
from tests.faults.world import SUBSCRIBERS

HEALS_WITHIN = 90.0
PROMPT = 1.0


def after_flush(stage: Stage, first: int, count: int = 200) -> float:
    """The worst a flush can do: it takes messages that no worker has taken yet, and nothing is sent after them.

    The workers of the subscribers are held still while messages are sent to them, the broker is flushed, and they go
    on. Only their own question, whether there is anything they have not got, can tell them. Seconds.
    """
    for name in SUBSCRIBERS:
        stage.kill_worker(name, signal.SIGSTOP)
    for n in range(first, first + count):
        count_thing(stage, n)
    until(lambda: relayed(stage), 30)
    stage.flush()
    began = time.monotonic()
    for name in SUBSCRIBERS:
        stage.kill_worker(name, signal.SIGCONT)
    until(lambda: everything_applied(stage), HEALS_WITHIN)
    return time.monotonic() - began


def of_wedged_worker(stage: Stage, first: int) -> tuple[float, float]:
    """A worker whose Celery is deaf while the broker answers: seconds until another has its place, and hears at once.

    The second figure is the longest any message waited meanwhile: the watch over the sources goes on in a deaf worker.
    """
    name = SUBSCRIBERS[0]
    old, began = stage.pid(name), time.monotonic()
    stage.kill_worker(name, signal.SIGUSR2)
    longest, n, pause = 0.0, first, threading.Event()
    while time.monotonic() - began < HEALS_WITHIN:
        count_thing(stage, n)
        waited = until(lambda: everything_applied(stage), HEALS_WITHIN)
        longest = max(longest, waited)
        if stage.pid(name) != old and waited < PROMPT:
            return time.monotonic() - began, longest
        n += 1
        pause.wait(0.2)
    raise TimeoutError("the deaf worker was not replaced")


def count_thing(stage: Stage, n: int) -> None:
    """One message more."""
    answer = httpx2.post(f"{stage.url}/alpha/things", json={"n": n}, timeout=20)
    answer.raise_for_status()


def relayed(stage: Stage) -> bool:
    """Whether the relay has sent all there is to every subscriber."""
    (head,) = stage.query("alpha", "SELECT head FROM log_state")[0]
    (unnumbered,) = stage.query("alpha", "SELECT count(*) FROM outbox WHERE position IS NULL")[0]
    sent = stage.query("alpha", "SELECT sent_to FROM relay_progress")
    return not unnumbered and len(sent) == len(SUBSCRIBERS) and all(position == head for (position,) in sent)
