"""Three short runs, and the one in the middle: a machine that others use too has bad moments."""

from collections.abc import Callable, Iterable
from statistics import median

from tests.bench.http_load import Answers

RUNS = 3


def middle(answers: Iterable[Answers]) -> Answers:
    """Of each number the one in the middle."""
    all_of = list(answers)
    return Answers(
        per_second=median(each.per_second for each in all_of),
        p50=median(each.p50 for each in all_of),
        p99=median(each.p99 for each in all_of),
        statuses=all_of[-1].statuses,
        size=all_of[-1].size,
    )


def middle_of(measure: Callable[[], float]) -> float:
    """The one in the middle of three measurements."""
    return median(measure() for _ in range(RUNS))
