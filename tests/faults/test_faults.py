"""A small version of `make faults`, so that the suite always kills something."""

from tests.faults.chaos import Faults
from tests.faults.runs import Size, our_run, stage

SMALL = Size(500, rate=100, faults=Faults(worker_kills=4, flushes=2, broker_kills=1, database_restarts=0))


def test_nothing_is_lost_repeated_or_reordered_while_everything_is_killed():
    with stage() as running:
        ours = our_run(running, SMALL)
    assert sum(ours.happened.values()) == 7
    assert ours.refused == {}
    assert ours.verdict.committed == ours.verdict.applied == 1000
    assert (ours.verdict.lost, ours.verdict.twice, ours.verdict.out_of_order, ours.verdict.gaps) == (0, 0, 0, 0)
