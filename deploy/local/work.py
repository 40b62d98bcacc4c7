"""The processes behind the APIs: workers, and the beat that rings timed jobs."""

from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec

from prometheus_client import start_http_server

from deploy.local.parts import made
from deploy.local.refusal import Refusal
from deploy.local.settings_check import check_broker, check_settings, setting
from shared.telemetry import start_logging, start_tracing
from shared.worker import ServiceWork, run_beat, run_worker
from shared.worker.jobs import Job


def work(names: Sequence[str], lanes: Sequence[str], *, beat: bool, metrics_port: int | None) -> int:
    """Until SIGTERM or SIGINT; the exit code. A worker with lanes takes only those; without, all, and the relay."""
    broker_url = prepare(names)
    works = works_of(names)
    return run_worker(works, broker_url, queues=queues(works, lanes), beat=beat, metrics_port=metrics_port)


def ring(names: Sequence[str], *, metrics_port: int | None) -> None:
    """Until SIGTERM or SIGINT. It only knows when: no database, and no key of any service."""
    start_logging(setting("LOG_LEVEL") or "INFO")
    broker_url = check_broker()
    if metrics_port:
        start_http_server(metrics_port)
    run_beat({name: jobs_of(name) for name in names}, broker_url)


def jobs_of(name: str) -> Sequence[Job]:
    module = f"services.{name}.jobs"
    return import_module(module).JOBS if find_spec(module) else ()


def prepare(names: Sequence[str]) -> str:
    start_logging(setting("LOG_LEVEL") or "INFO")
    start_tracing("+".join(names), setting("OTEL_ENDPOINT"))
    check_settings(names)
    return check_broker()


def works_of(names: Sequence[str]) -> list[ServiceWork]:
    return [made(name, "worker") for name in names]


def queues(works: Sequence[ServiceWork], lanes: Sequence[str]) -> list[str] | None:
    if not lanes:
        return None
    known = sorted({job.queue for work in works for job in work.jobs if job.queue})
    wanted = [queue for queue in known if queue.partition(".")[2] in lanes]
    missing = set(lanes) - {queue.partition(".")[2] for queue in wanted}
    if missing:
        names = ", ".join(queue.partition(".")[2] for queue in known) or "none"
        raise Refusal(f"There is no lane {min(missing)!r} here. There is: {names}.", code=2)
    return wanted
