"""A fair draw of a few places among those who want one: every chance is known exactly before anybody is drawn.

*Tickets.* Who has had no turn lately has 60 tickets, who has had one 30, then 20, 15, 12 and 10: 60 shared by the turns
had and one. Who stated a conflict of interest has no part in the draw.

*Panels.* A panel is a choice of as many people as there are places (or of all, where they are fewer) that keeps every
quota. It weighs as much as the tickets of those on it multiplied together, and is drawn with a chance of its weight
among that of all possible panels. So of two people who count alike for the quotas the one with fewer turns never has
the smaller chance, and all panels of people with equal turns are equally likely. A person's chance is the weight of
the panels with them on it, over the weight of all: a fraction, nothing is tried out.

*Counting.* Forty people form 3,838,380 panels of six, but what can still be done with the places left depends only on
how many they are, how many each quota still needs and how many it still has room for: the `State`. With the people in
order of number, `before[i][s]` is the weight of all ways to come to state s with the first i people decided, and
`after[i][s]` the weight of all ways to fill the places from there on:

    after[i][s] = after[i + 1][s] + tickets[i] * after[i + 1][s with person i]

`after[0][start]` weighs all panels, and the chance of person i is the sum over all s of
`before[i][s] * tickets[i] * after[i + 1][s with person i]`, over that.

*Drawing.* Lay all panels side by side, each as long as its weight: first those without the first person, then those
with them, and each part so again by the second person, and on. One number from the seed (`draw_seed`) points at a
place, and so at a panel. One more number for each of the others puts them in order as reserves: each time, a ticket of
theirs.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from pydantic import NonNegativeInt

from services.events.draw_quotas import Counts, Quota, Stated, explained, marks_of, missed, smallest_change
from services.events.draw_seed import Luck
from services.events.errors.draws import NobodyToDraw, QuotasImpossible

TICKETS = 60
MOST_TURNS_COUNTED = 5

State = tuple[int, Counts, Counts]
Weights = Mapping[State, int]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who wants a place, by the number they have in this draw. `turns` are the places they had lately."""

    number: int
    turns: NonNegativeInt
    stated: Stated
    conflict: bool = False

    @property
    def tickets(self) -> int:
        """How much they weigh."""
        return TICKETS // (1 + min(self.turns, MOST_TURNS_COUNTED))


@dataclass(frozen=True, slots=True)
class Result:
    """Who was drawn, by number, and the others in the order in which they are asked when a place comes free."""

    panel: list[int]
    reserves: list[int]


class Draw:
    """A draw that can take place. Raises NobodyToDraw, or QuotasImpossible with the smallest change that helps."""

    def __init__(self, candidates: Sequence[Candidate], places: int, quotas: Sequence[Quota]) -> None:
        self._people = sorted((each for each in candidates if not each.conflict), key=lambda each: each.number)
        if not self._people:
            raise NobodyToDraw
        size = min(places, len(self._people))
        self._marks = [marks_of(quotas, each.stated) for each in self._people]
        self._start = _start(quotas, size)
        if not self._after[0].get(self._start):
            changed = smallest_change(quotas, [each.stated for each in self._people], size)
            raise QuotasImpossible(explained(quotas, changed))

    @cached_property
    def odds(self) -> dict[int, Fraction]:
        """The chance of everybody who takes part, by number. Together they are the places."""
        total = self._after[0][self._start]
        return {each.number: Fraction(self._weight_with(i), total) for i, each in enumerate(self._people)}

    def result(self, seed: str) -> Result:
        """The panel that a seed draws, and the reserves."""
        luck = Luck(seed)
        panel = self._panel_at(luck.below(self._after[0][self._start]))
        return Result(panel, self._reserves(set(panel), luck))

    def _panel_at(self, place: int) -> list[int]:
        panel, state = [], self._start
        for i, each in enumerate(self._people):
            without = self._after[i + 1].get(state, 0)
            if place < without:
                continue
            place = (place - without) // each.tickets
            state = _with(state, self._marks[i])
            panel.append(each.number)
        return panel

    def _reserves(self, panel: set[int], luck: Luck) -> list[int]:
        left = [each for each in self._people if each.number not in panel]
        order = []
        while left:
            tickets = [each for each in left for _ in range(each.tickets)]
            following = tickets[luck.below(len(tickets))]
            left.remove(following)
            order.append(following.number)
        return order

    def _weight_with(self, i: int) -> int:
        """How much all panels weigh that a person is on."""
        tickets, after, mark = self._people[i].tickets, self._after[i + 1], self._marks[i]
        return sum(weight * tickets * after.get(_with(state, mark), 0) for state, weight in self._before[i].items())

    @cached_property
    def _before(self) -> list[Weights]:
        tables: list[Weights] = [{self._start: 1}]
        for each, mark in zip(self._people, self._marks, strict=True):
            following = Counter(tables[-1])
            for state, weight in tables[-1].items():
                if _can_be_filled(then := _with(state, mark)):
                    following[then] += weight * each.tickets
            tables.append(following)
        return tables

    @cached_property
    def _after(self) -> list[Weights]:
        tables: list[Weights] = [{state: int(state[0] == 0) for state in self._before[-1]}]
        for i in reversed(range(len(self._people))):
            last, tickets, mark = tables[-1], self._people[i].tickets, self._marks[i]
            tables.append({state: last[state] + tickets * last.get(_with(state, mark), 0) for state in self._before[i]})
        return tables[::-1]


def replacement(panel: Sequence[Candidate], reserves: Sequence[Candidate], quotas: Sequence[Quota]) -> Candidate | None:
    """Who is asked when a place of a panel comes free: the first reserve with whom the quotas are kept.

    Where they are kept with nobody, the first of those with whom they are missed by least. None when nobody is left.
    """
    staying = [each.stated for each in panel]
    return min(reserves, key=lambda each: missed(quotas, [*staying, each.stated]), default=None)


def _start(quotas: Sequence[Quota], size: int) -> State:
    """All places free. Room for as many as there are places is no limit, and so is written alike."""
    rooms = tuple(size if quota.most is None else min(quota.most, size) for quota in quotas)
    return size, tuple(quota.least for quota in quotas), rooms


def _with(state: State, mark: Counts) -> State:
    """What is still to be done once a person with these marks has a place."""
    left = state[0] - 1
    needs = tuple(max(need - one, 0) for need, one in zip(state[1], mark, strict=True))
    rooms = tuple(min(room - one, left) for room, one in zip(state[2], mark, strict=True))
    return left, needs, rooms


def _can_be_filled(state: State) -> bool:
    left, needs, rooms = state
    return max(needs, default=0) <= left and min(rooms, default=0) >= 0
