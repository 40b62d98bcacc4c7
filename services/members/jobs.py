from dataclasses import dataclass

from services.members import use_cases
from services.members.models import MembersBase
from services.members.trail import Chain
from shared.worker import Work, every, sweeping

AN_HOUR = 3600


@dataclass(frozen=True)
class MembersWork(Work):
    """What the jobs of members are given."""

    chain: Chain


def cut_trail(work: MembersWork) -> None:
    with work.sessions.begin() as session:
        use_cases.cut_trail(session, work.chain, now=work.clock())


JOBS = [every(AN_HOUR, cut_trail), sweeping(MembersBase.metadata)]
