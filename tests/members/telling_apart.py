"""Whether two questions can be told apart by how long their answers take (people.md, D15)."""

from collections.abc import Callable
from random import Random
from statistics import median
from time import perf_counter
from typing import Any

# Each is asked so often: a thousand tries together.
TRIES = 500
SECONDS_APART = 0.0003
CHANCE = 0.001
SHUFFLES = 2000

Asking = Callable[[int], Any]
Taken = list[tuple[float, float]]


def taken_by(one: Asking, other: Asking) -> Taken:
    """How long each took, asked one after the other in turn, now this one first and now that."""
    order = Random(7)
    taken: Taken = []
    for n in range(TRIES):
        seconds = [0.0, 0.0]
        for which in order.sample((0, 1), 2):
            began = perf_counter()
            (one, other)[which](n)
            seconds[which] = perf_counter() - began
        taken.append((seconds[0], seconds[1]))
    return taken


def are_told_apart(taken: Taken) -> bool:
    """Whether the medians differ by more than a stranger could measure, and by more than chance would have it."""
    apart = _apart(taken)
    return apart >= SECONDS_APART and _by_chance(taken, apart) <= CHANCE


def _apart(taken: Taken) -> float:
    one, other = zip(*taken, strict=True)
    return abs(median(one) - median(other))


def _by_chance(taken: Taken, apart: float) -> float:
    """How often they differ as much when it is chance which of the two took how long (a permutation test)."""
    coin = Random(7)
    shuffled = ([pair[:: coin.choice((1, -1))] for pair in taken] for _ in range(SHUFFLES))
    return sum(_apart(each) >= apart for each in shuffled) / SHUFFLES
