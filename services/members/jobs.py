import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from prometheus_client import Counter, Gauge
from sqlalchemy.orm import Session

from services.members import use_cases
from services.members.models import MembersBase
from services.members.queries.groups import groups_with_motions, groups_with_stays_over
from services.members.trail import Chain
from services.members.use_cases import belonging, motions
from shared.worker import Work, every, sweeping

A_MINUTE, AN_HOUR = 60, 3600

log = logging.getLogger(__name__)
NOT_SETTLED = Counter("groups_not_settled_total", "Turns of groups, in votes and ends of stays, that failed")
OVERDUE = Gauge("erasures_overdue", "Erasures that some service has not followed within five minutes")


@dataclass(frozen=True)
class MembersWork(Work):
    """What the jobs of members are given."""

    chain: Chain


def cut_trail(work: MembersWork) -> None:
    with work.sessions.begin() as session:
        use_cases.cut_trail(session, work.chain, now=work.clock())


def end_stays(work: Work) -> None:
    with work.sessions() as session:
        due = groups_with_stays_over(session, work.clock())
    _in_each(work, due, lambda session, group_id: belonging.end_stays(session, group_id, now=work.clock()))


def settle_motions(work: Work) -> None:
    with work.sessions() as session:
        deciding = groups_with_motions(session)
    _in_each(work, deciding, lambda session, group_id: motions.settle_motions(session, group_id, now=work.clock()))


def _in_each(work: Work, groups: Iterable[UUID], settle: Callable[[Session, UUID], None]) -> None:
    """A transaction for each group: one that fails is told of, and keeps no other from its turn."""
    for group_id in groups:
        try:
            with work.sessions.begin() as session:
                settle(session, group_id)
        except Exception:
            NOT_SETTLED.inc()
            log.exception("a group was not settled", extra={"group_id": group_id})


def report_overdue_erasures(work: Work) -> None:
    """Say it every minute, until a human has seen to it."""
    with work.sessions() as session:
        overdue = use_cases.overdue_erasures(session, work.clock())
    OVERDUE.set(len(overdue))
    for erasure in overdue:
        log.error("an erasure is overdue", extra={"erasure_id": erasure.id, "waiting_for": erasure.waiting_for})


JOBS = [
    every(A_MINUTE, report_overdue_erasures),
    every(AN_HOUR, cut_trail),
    sweeping(MembersBase.metadata),
    every(A_MINUTE, end_stays),
    every(A_MINUTE, settle_motions),
]
