"""A worker process: Celery's consumer in front, and behind it a relay, a watch on each source, and the watchdog."""

import logging
import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from celery import Celery, bootsteps, signals
from celery.beat import EmbeddedService, Scheduler
from prometheus_client import start_http_server

from shared.contracts.routes import ROUTES, Routes, subscribers_of
from shared.messaging import Batch, LogReader, Relay, Republish, Subscriber
from shared.telemetry import continued_trace
from shared.worker.celery_app import CelerySender, create_celery
from shared.worker.jobs import COMMON_JOBS, Job, Schedule, Work
from shared.worker.watchdog import Watchdog

QUIET_SECONDS = 15.0
THREADS = 8
SECONDS_TO_LEAVE = 5.0

log = logging.getLogger(__name__)
Threaded = Callable[[threading.Event], None]


@dataclass(frozen=True)
class ServiceWork:
    """All that one service does behind its API: what it hears, and its jobs."""

    work: Work
    jobs: Sequence[Job] = ()
    subscriber: Subscriber | None = None
    republish: Republish | None = None
    routes: Routes = field(default_factory=lambda: ROUTES)

    @property
    def name(self) -> str:
        """The service's name, which is also that of its queue."""
        return self.work.service

    @property
    def publishes(self) -> bool:
        """Whether anybody hears this service, so that its log needs a relay."""
        return bool(subscribers_of(self.name, self.routes))


def run_worker(
    works: Sequence[ServiceWork],
    broker_url: str,
    *,
    queues: Sequence[str] | None = None,
    beat: bool = False,
    threads: int = THREADS,
    metrics_port: int | None = None,
) -> int:
    """Work until told to leave (SIGTERM, SIGINT); the exit code. `queues` limits a worker to lanes of its services."""
    app = create_celery(broker_url)
    watchdog = Watchdog(app)
    for work in works:
        _add_tasks(app, work)
    background: list[Threaded] = [watchdog.run]
    if queues is None:
        background += _behind(app, works)
    if beat:
        app.conf.beat_schedule = beat_schedule({work.name: work.jobs for work in works})
        background.append(_beat(app))
    if metrics_port:
        start_http_server(metrics_port)
    _run_in_background(app, background)
    _keep_awake(watchdog)
    worker = app.Worker(
        pool_cls="threads",
        concurrency=threads,
        queues=[*(queues or _queues(works)), watchdog.queue],
        loglevel="WARNING",
        quiet=True,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
    worker.start()
    return int(worker.exitcode or 0)


def run_beat(schedule: Schedule, broker_url: str) -> None:
    """Ring the jobs of these services until told to leave."""
    app = create_celery(broker_url)
    app.conf.beat_schedule = beat_schedule(schedule)
    app.Beat(scheduler_cls=Scheduler, loglevel="WARNING", quiet=True).run()


def beat_schedule(schedule: Schedule) -> dict[str, dict[str, Any]]:
    """Celery's own form of a schedule. A ring that was not heard in time is worth nothing, so it expires."""
    return {
        f"{service}.{job.name}": {
            "task": f"{service}.{job.name}",
            "schedule": job.seconds,
            "options": {"queue": job.queue or service, "expires": max(job.seconds, 5)},
        }
        for service, jobs in schedule.items()
        for job in (*COMMON_JOBS, *jobs)
    }


def _queues(works: Sequence[ServiceWork]) -> list[str]:
    lanes = {job.queue for work in works for job in work.jobs if job.queue}
    return [work.name for work in works] + sorted(lanes)


def _add_tasks(app: Celery, work: ServiceWork) -> None:
    if work.subscriber is not None:
        subscriber = work.subscriber

        # As one string: reading it as JSON within JSON is Pydantic's work, and ten times as fast.
        def receive(batch: str) -> None:
            subscriber.receive(Batch.model_validate_json(batch))

        _add_task(app, f"{work.name}.receive", receive)
    for job in (*COMMON_JOBS, *work.jobs):
        _add_task(app, f"{work.name}.{job.name}", _ring(job, work.work))


def _add_task(app: Celery, name: str, run: Callable[..., None]) -> None:
    def task(*args: Any) -> None:
        try:
            run(*args)
        except Exception:
            log.exception("a task failed", extra={"task": name})
            raise

    app.task(name=name)(task)


def _ring(job: Job, work: Work) -> Callable[[], None]:
    def ring() -> None:
        with continued_trace(None, f"{work.service} {job.name}"):
            job.run(work)

    return ring


def _behind(app: Celery, works: Sequence[ServiceWork]) -> list[Threaded]:
    sender = CelerySender(app)
    relays = [_relay(work, sender) for work in works if work.publishes]
    watches = [
        _watch(work.subscriber, source)
        for work in works
        if work.subscriber is not None
        for source in work.subscriber.sources
    ]
    return [*relays, *watches]


def _relay(work: ServiceWork, sender: CelerySender) -> Threaded:
    log_reader = LogReader(work.name, work.routes, work.republish)
    return Relay(log_reader, work.work.sessions.kw["bind"], sender, work.work.clock).run


def _watch(subscriber: Subscriber, source: str) -> Threaded:
    """Looks after what one subscriber hears of one source: failing messages each second, quiet gaps every fifteen.

    Each has a thread of its own, so that a source that is away keeps nobody from asking the others.
    """

    def run(stop: threading.Event) -> None:
        ticks = QUIET_SECONDS
        while not stop.is_set():
            full_round = ticks >= QUIET_SECONDS
            # Workers started together should not all ask together.
            ticks = random.uniform(0, 1) if full_round else ticks + 1  # noqa: S311  # not a secret
            try:
                if full_round or subscriber.is_behind(source):
                    subscriber.catch_up(source)
            except Exception as error:  # noqa: BLE001  # the database or a source is away; the next tick asks again
                log.warning(
                    "could not look for missing messages",
                    extra={"subscriber": subscriber.service, "source": source, "cause": type(error).__name__},
                )
            stop.wait(1)

    return run


def _beat(app: Celery) -> Threaded:
    def run(stop: threading.Event) -> None:
        service = EmbeddedService(app, thread=True, scheduler_cls=Scheduler)
        service.start()
        stop.wait()
        service.stop()

    return run


def _run_in_background(app: Celery, background: Sequence[Threaded]) -> None:
    """Start threads once the worker's pool is there, and end them before it goes."""
    stop = threading.Event()
    threads = [threading.Thread(target=run, args=(stop,), daemon=True) for run in background]

    class Background(bootsteps.StartStopStep):
        requires: Any = ("celery.worker.components:Pool",)

        def start(self, _: Any) -> None:
            for thread in threads:
                thread.start()

        def stop(self, _: Any) -> None:
            stop.set()
            for thread in threads:
                thread.join(SECONDS_TO_LEAVE)

        terminate = stop

    app.steps["worker"].add(Background)


def _keep_awake(watchdog: Watchdog) -> None:
    def begun(**_: Any) -> None:
        watchdog.begun()

    def ended(**_: Any) -> None:
        watchdog.ended()

    signals.task_prerun.connect(begun, weak=False)
    signals.task_postrun.connect(ended, weak=False)
