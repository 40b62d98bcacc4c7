from services.members import use_cases
from shared.worker import Work, every


def forget_what_is_over(work: Work) -> None:
    with work.sessions.begin() as session:
        use_cases.forget_what_is_over(session, now=work.clock())


JOBS = [every(3600, forget_what_is_over)]
