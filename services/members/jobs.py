from dataclasses import dataclass

from services.members import use_cases
from services.members.trail import Chain
from shared.worker import Work, every


@dataclass(frozen=True)
class MembersWork(Work):
    """What the jobs of members are given."""

    chain: Chain


def forget_what_is_over(work: Work) -> None:
    with work.sessions.begin() as session:
        use_cases.forget_what_is_over(session, now=work.clock())


def cut_trail(work: MembersWork) -> None:
    with work.sessions.begin() as session:
        use_cases.cut_trail(session, work.chain, now=work.clock())


JOBS = [every(3600, forget_what_is_over), every(24 * 3600, cut_trail)]
