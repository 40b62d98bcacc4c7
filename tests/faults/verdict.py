"""What became of every message, read from the databases."""

from dataclasses import dataclass
from itertools import pairwise

from tests.faults.stage import Stage
from tests.faults.world import SOURCES, SUBSCRIBERS


@dataclass(frozen=True)
class Verdict:
    """Counts over all pairs of a source and a subscriber."""

    committed: int
    applied: int
    lost: int
    twice: int
    out_of_order: int
    gaps: int


def everything_applied(stage: Stage) -> bool:
    """Whether each subscriber has as many effects of each source as that has messages."""
    for source in SOURCES:
        (sent,) = stage.query(source, "SELECT count(*) FROM outbox")[0]
        for subscriber in SUBSCRIBERS:
            if stage.query(subscriber, "SELECT count(*) FROM effects WHERE source = %s", source)[0][0] < sent:
                return False
    return True


def judge(stage: Stage) -> Verdict:
    """Compare what was committed with what was done."""
    committed = applied = lost = twice = disorder = gaps = 0
    for source in SOURCES:
        rows = stage.query(source, "SELECT (data->>'n')::bigint, position FROM outbox")
        position = dict(rows)
        gaps += sorted(position.values()) != list(range(1, len(rows) + 1))
        things = {n for (n,) in stage.query(source, "SELECT n FROM things")}
        assert things == set(position), "a thing without its message, or a message without its thing"
        for subscriber in SUBSCRIBERS:
            effects = stage.query(subscriber, "SELECT n FROM effects WHERE source = %s ORDER BY seq", source)
            order = [position[n] for (n,) in effects]
            committed += len(rows)
            applied += len(order)
            lost += len(set(position.values()) - set(order))
            twice += len(order) - len(set(order))
            disorder += sum(later < earlier for earlier, later in pairwise(order))
    return Verdict(committed, applied, lost, twice, disorder, gaps)
