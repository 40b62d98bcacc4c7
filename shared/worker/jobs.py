"""Timed work. A job says how often it is rung; what is due is found in PostgreSQL, so a missed ring does no harm."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from shared.clock import Clock
from shared.db import Sessions
from shared.idempotency import forget_old_keys
from shared.messaging.log import trim_log

LOG_KEPT = timedelta(days=30)
KEYS_KEPT = timedelta(days=2)


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
    """Forget what the mechanism no longer needs: messages after 30 days, answers to repeats after one."""
    now = work.clock()
    with work.sessions.begin() as session:
        forget_old_keys(session, before=now - KEYS_KEPT)
        trim_log(session, older_than=now - LOG_KEPT)


# Every service has these beside its own.
COMMON_JOBS: Sequence[Job] = (every(3600, keep_tables_small),)
