"""Timed work. A job says how often it is rung; what is due is found in PostgreSQL, so a missed ring does no harm."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from shared.clock import Clock
from shared.contracts.routes import subscribers_of
from shared.db import Sessions
from shared.idempotency import forget_old_keys
from shared.messaging.log import trim_log
from shared.messaging.tables import Progress

LOG_KEPT = timedelta(days=30)
KEYS_KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Work:
    """What every job of a service is given; a service that needs more extends it."""

    service: str
    sessions: Sessions
    clock: Clock


@dataclass(frozen=True)
class Job:
    """Something to be done every so many seconds, on a queue."""

    name: str
    seconds: float
    run: Callable[[Any], None]
    queue: str | None = None


Schedule = Mapping[str, Sequence[Job]]


def every[W: Work](seconds: float, run: Callable[[W], None], *, queue: str | None = None) -> Job:
    """A job named after its function; `queue` is the service's own unless another is named."""
    return Job(run.__name__.replace("_", "-"), seconds, run, queue)


def keep_tables_small(work: Work) -> None:
    """Forget what the mechanism no longer needs: sent messages after 30 days, answers to repeats after one."""
    now = work.clock()
    with work.sessions.begin() as session:
        forget_old_keys(session, before=now - KEYS_KEPT)
        heard = subscribers_of(work.service)
        sent_to = session.scalar(select(func.min(Progress.sent_to)).where(Progress.subscriber.in_(heard)))
        trim_log(session, older_than=now - LOG_KEPT, sent_to=sent_to or 0)


# Every service has these beside its own.
COMMON_JOBS: Sequence[Job] = (every(3600, keep_tables_small),)
