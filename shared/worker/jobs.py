"""Timed work. A job says how often it is rung; what is due is found in PostgreSQL, so a missed ring does no harm."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from prometheus_client import Counter
from sqlalchemy import MetaData
from sqlalchemy.orm import Session

from shared.clock import Clock
from shared.db import Sessions
from shared.erasure import lately_erased
from shared.messaging.log import trim_log
from shared.sweep import aged_tables, sweep

LOG_KEPT = timedelta(days=30)
A_MINUTE = 60
AN_HOUR = 3600

log = logging.getLogger(__name__)
SWEPT = Counter("rows_swept_total", "Rows deleted because their time was over", ["service", "table"])
NOT_SWEPT = Counter("sweeps_failed_total", "Tables whose old rows could not be deleted", ["service", "table"])


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


def sweeping(metadata: MetaData) -> Job:
    """The job that deletes the rows of these tables, and of the mechanism's, when their time is over.

    It is rung every hour, so that what is kept for ten minutes is not there for a day. A table that cannot be swept
    keeps no other from it; an error in the log, and `sweeps_failed_total`, are for a human.
    """

    def sweep_tables(work: Work) -> None:
        for table in aged_tables(metadata):
            try:
                SWEPT.labels(work.service, table.name).inc(sweep(work.sessions, table, work.clock()))
            except Exception:
                NOT_SWEPT.labels(work.service, table.name).inc()
                log.exception("old rows are still there", extra={"service": work.service, "table": table.name})

    return every(AN_HOUR, sweep_tables)


def erasing_again(erase: Callable[[Session, UUID, datetime], None]) -> Job:
    """The job that erases once more, for a while, whoever was erased.

    A request or a handler that had looked just before may write just after; nothing it wrote stays for longer than a
    minute.
    """

    def erase_again(work: Work) -> None:
        now = work.clock()
        with work.sessions() as session:
            erased = lately_erased(session, now)
        for member_id in erased:
            with work.sessions.begin() as session:
                erase(session, member_id, now)

    return every(A_MINUTE, erase_again)


def trim_outbox(work: Work) -> None:
    """Forget messages after thirty days."""
    with work.sessions.begin() as session:
        trim_log(session, older_than=work.clock() - LOG_KEPT)


# Every service has these beside its own.
COMMON_JOBS: Sequence[Job] = (every(AN_HOUR, trim_outbox),)
