"""Quotas of a draw, and what to change of those that cannot be met."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

Stated = Mapping[str, str]
Counts = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Quota:
    """How many of those drawn have stated a value of a trait: at least `least`, at most `most` (None for no limit)."""

    trait: str
    value: str
    least: int = 0
    most: int | None = None

    def __str__(self) -> str:
        bounds = [f"at least {self.least}"] if self.least else []
        bounds += [f"at most {self.most}"] if self.most is not None else []
        return f"{' and '.join(bounds) or 'any number'} of “{self.trait}: {self.value}”"

    def missed_by(self, count: int) -> int:
        """How many too few or too many so many are."""
        return max(self.least - count, 0) + (0 if self.most is None else max(count - self.most, 0))

    def stretched_to(self, count: int) -> "Quota":
        """The nearest quota that so many keep."""
        most = self.most if self.most is None else max(self.most, count)
        return replace(self, least=min(self.least, count), most=most)


def marks_of(quotas: Sequence[Quota], stated: Stated) -> Counts:
    """For each quota 1 or 0: whether somebody who stated this counts for it."""
    return tuple(int(stated.get(quota.trait) == quota.value) for quota in quotas)


def missed(quotas: Sequence[Quota], panel: Sequence[Stated]) -> int:
    """By how much a panel misses the quotas altogether; 0 when it keeps them all."""
    counts = _added((0,) * len(quotas), *(marks_of(quotas, stated) for stated in panel))
    return sum(quota.missed_by(count) for quota, count in zip(quotas, counts, strict=True))


def smallest_change(quotas: Sequence[Quota], candidates: Sequence[Stated], places: int) -> list[Quota]:
    """The quotas, changed by as little as makes them possible: the fewest steps of a least or a most altogether.

    Of several such changes, the one that touches the fewest quotas, and of those the one that keeps the first ones.
    """
    possible = _possible_counts([marks_of(quotas, stated) for stated in candidates], places, len(quotas))
    best = min(possible, key=lambda counts: _cost(quotas, counts))
    return [quota.stretched_to(count) for quota, count in zip(quotas, best, strict=True)]


def explained(quotas: Sequence[Quota], changed: Sequence[Quota]) -> str:
    """The change in one sentence; `changed` are the same quotas in the same order."""
    pairs = [(old, new) for old, new in zip(quotas, changed, strict=True) if old != new]
    steps = ", and ".join(f"instead of {old} ask for {new}" for old, new in pairs)
    return f"The smallest change that makes it possible: {steps}."


def _possible_counts(marks: Sequence[Counts], places: int, width: int) -> set[Counts]:
    """How many of those drawn can count for each quota, over all panels of so many places."""
    by_size: list[set[Counts]] = [{(0,) * width}, *(set() for _ in range(places))]
    for mark in marks:
        for size in range(places, 0, -1):
            by_size[size] |= {_added(counts, mark) for counts in by_size[size - 1]}
    return by_size[places]


def _added(*rows: Counts) -> Counts:
    return tuple(map(sum, zip(*rows, strict=True)))


def _cost(quotas: Sequence[Quota], counts: Counts) -> tuple[int, int, list[int]]:
    by_quota = [quota.missed_by(count) for quota, count in zip(quotas, counts, strict=True)]
    return sum(by_quota), sum(map(bool, by_quota)), by_quota
