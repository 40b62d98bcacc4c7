from dataclasses import dataclass

from services.members import use_cases
from services.members.models import MembersBase
from services.members.trail import Chain
from services.members.use_cases import belonging, motions
from shared.worker import Work, every, sweeping

A_MINUTE, AN_HOUR = 60, 3600


@dataclass(frozen=True)
class MembersWork(Work):
    """What the jobs of members are given."""

    chain: Chain


def cut_trail(work: MembersWork) -> None:
    with work.sessions.begin() as session:
        use_cases.cut_trail(session, work.chain, now=work.clock())


def end_stays(work: Work) -> None:
    with work.sessions.begin() as session:
        belonging.end_stays(session, now=work.clock())


def settle_motions(work: Work) -> None:
    with work.sessions.begin() as session:
        motions.settle_motions(session, now=work.clock())


JOBS = [
    every(AN_HOUR, cut_trail),
    sweeping(MembersBase.metadata),
    every(A_MINUTE, end_stays),
    every(A_MINUTE, settle_motions),
]
