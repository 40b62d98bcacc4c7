"""A worker that no longer hears its own ping while the broker answers is wedged: it says so and exits.

Celery workers can lose their ears when a broker dies, and sit there looking healthy. Whoever supervises the process
starts it again; nothing is lost, because nothing was kept in it.
"""

import logging
import os
import threading
import time
from collections.abc import Callable
from uuid import uuid4

from celery import Celery
from kombu.entity import Exchange, Queue
from prometheus_client import Counter

from shared.worker.celery_app import TASK_SECONDS_AT_MOST

PING_SECONDS = 2.0
SILENCE_SECONDS = 12.0
# The broker forgets the queue of a worker that has been gone for this long.
QUEUE_KEPT_SECONDS = 60
EXIT_WEDGED = 75  # os.EX_TEMPFAIL: try again

log = logging.getLogger(__name__)
WEDGED = Counter("worker_wedged_total", "Times this worker noticed that it was wedged")


class Watchdog:
    """Listens for pings that the worker sends to itself over a queue of its own."""

    def __init__(self, app: Celery, exit_process: Callable[[int], None] = os._exit) -> None:
        self._app = app
        self._exit = exit_process
        self.queue = f"ping.{uuid4().hex}"
        self._task = f"{self.queue}.heard"
        self._heard = time.monotonic()
        self._broker_since: float | None = None
        self._at_work: dict[int, float] = {}
        app.amqp.queues[self.queue] = Queue(
            self.queue,
            Exchange(""),
            self.queue,
            expires=QUEUE_KEPT_SECONDS,
            queue_arguments={"x-queue-type": "classic"},
        )
        app.task(name=self._task)(self.heard)

    def heard(self) -> None:
        """A ping arrived, or any other task: the worker is awake."""
        self._heard = time.monotonic()

    def begun(self) -> None:
        """A task began in this thread."""
        self.heard()
        self._at_work[threading.get_ident()] = time.monotonic()

    def ended(self) -> None:
        """The task in this thread ended."""
        self.heard()
        self._at_work.pop(threading.get_ident(), None)

    def run(self, stop: threading.Event) -> None:
        """Ping and judge until told to stop."""
        while not stop.wait(PING_SECONDS):
            self._ping()
            if self.is_wedged(time.monotonic()):
                WEDGED.inc()
                log.critical("the worker does not hear its own ping while the broker answers; leaving")
                self._exit(EXIT_WEDGED)

    def is_wedged(self, now: float) -> bool:
        """Whether the broker has answered for long enough without the worker hearing anything.

        A worker that is merely busy hears nothing either: while tasks are at work it is given its time, as much as a
        task may take. One that takes longer hangs, and excuses nothing.
        """
        if self._broker_since is None or self._is_busy(now):
            return False
        return now - max(self._heard, self._broker_since) > SILENCE_SECONDS

    def _is_busy(self, now: float) -> bool:
        # A copy, because other threads begin and end their tasks meanwhile.
        return any(now - since <= TASK_SECONDS_AT_MOST for since in list(self._at_work.values()))

    def _ping(self) -> None:
        try:
            self._app.send_task(self._task, queue=self.queue, expires=int(SILENCE_SECONDS), retry=False)
        except Exception:  # noqa: BLE001  # whatever ails the broker, it does not answer
            self._broker_since = None
        else:
            self._broker_since = self._broker_since or time.monotonic()
