"""The two runs: ours, and plain Celery tasks under the same faults."""

import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kombu.exceptions import OperationalError

from tests.faults.chaos import Faults, wreak
from tests.faults.heal import after_flush, of_wedged_worker
from tests.faults.plain import QUEUE, TASK, VISIBILITY_SECONDS, create_plain
from tests.faults.stage import Stage, until
from tests.faults.traffic import Traffic
from tests.faults.verdict import Verdict, everything_applied, judge

WATCHDOG_EXIT = 75


@dataclass(frozen=True)
class Size:
    """How much of everything."""

    messages: int
    rate: float
    faults: Faults

    @property
    def seconds(self) -> float:
        """How long the traffic lasts at this rate."""
        return self.messages / self.rate


@dataclass(frozen=True)
class Ours:
    """What the run of the product's mechanism showed."""

    verdict: Verdict
    refused: Counter[str]
    happened: dict[str, int]
    seconds_to_settle: float


@contextmanager
def stage(workers: dict[str, tuple[str, ...]] | None = None) -> Iterator[Stage]:
    """A stage in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="afterhours-faults-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        with Stage(Path(folder), **({"workers": workers} if workers else {})) as running:
            yield running


def our_run(running: Stage, size: Size) -> Ours:
    """Everything fails while requests go on; then it is given time, and counted."""
    traffic = Traffic(running.url, size.messages, size.rate)
    traffic.start()
    happened = wreak(running, size.faults, size.seconds, lambda: traffic.going_on)
    traffic.join()
    settled = until(lambda: everything_applied(running), 180)
    return Ours(judge(running), traffic.refused, happened, settled)


def heal_times(running: Stage, first: int, flushes: int) -> tuple[float, float, float]:
    """Seconds: the longest to heal after a flush, to replace a deaf worker, and any message waited for that."""
    longest = max(after_flush(running, first + 1000 * turn) for turn in range(flushes))
    replaced, waited = of_wedged_worker(running, first + 100_000)
    assert WATCHDOG_EXIT in running.exits, "it was not the watchdog that ended it"
    return longest, replaced, waited


@dataclass(frozen=True)
class Plain:
    """What became of plain tasks."""

    sent: int
    lost: int
    twice: int
    not_sent: int


def plain_run(size: Size) -> Plain:
    """The same number of tasks at the same rate under the same faults; a task the broker refuses is tried again."""
    with stage({"plain-1": (), "plain-2": (), "plain-3": ()}) as running:
        sender = PlainSender(running.valkey.url(), size)
        sender.start()
        wreak(running, size.faults, size.seconds, sender.is_alive)
        sender.join()
        _wait_until_quiet(running)
        rows = [n for (n,) in running.query("gamma", "SELECT n FROM effects")]
        done = set(rows)
        return Plain(len(sender.sent), len(sender.sent - done), len(rows) - len(done), sender.refusals)


class PlainSender(threading.Thread):
    """Sends tasks; keeps which the broker took."""

    def __init__(self, broker_url: str, size: Size) -> None:
        super().__init__()
        self._app = create_plain(broker_url)
        self._size = size
        self.sent: set[int] = set()
        self.refusals = 0

    def run(self) -> None:
        began, pause = time.monotonic(), threading.Event()
        for n in range(self._size.messages):
            pause.wait(max(0.0, began + n / self._size.rate - time.monotonic()))
            while not self._send(n):
                pause.wait(0.25)
            self.sent.add(n)

    def _send(self, n: int) -> bool:
        try:
            self._app.send_task(TASK, args=[n], queue=QUEUE, retry=False)
        except (OperationalError, OSError):
            self.refusals += 1
            return False
        return True


def _wait_until_quiet(running: Stage) -> None:
    """Until nothing new has been done for longer than the broker may keep a lost task back."""
    count, since = -1, time.monotonic()
    pause = threading.Event()
    while time.monotonic() - since < VISIBILITY_SECONDS * 1.5:
        (now,) = running.query("gamma", "SELECT count(*) FROM effects")[0]
        if now != count:
            count, since = now, time.monotonic()
        pause.wait(1)
