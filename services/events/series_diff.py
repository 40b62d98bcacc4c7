"""What changing a series does to its dates: which of them move, which are added, which fall away.

Nobody's date is lost: a date goes along with the new rule within its own week, or else its own month, and takes with
it whoever said yes. One that falls away is called off and stays, so that those who have it in their calendar hear of
it, and so that it is the same date again should the rule come back to it. What was done by hand stays.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

from services.events.programme_diff import DATE_LENGTH, Change, Difference, Facts, Known, change_between

Period = Callable[[date], tuple[int, ...]]
PERIODS: tuple[Period, ...] = (
    lambda day: (day.toordinal(),),
    lambda day: tuple(day.isocalendar()[:2]),
    lambda day: (day.year, day.month),
)


@dataclass(frozen=True, slots=True)
class SeriesDifference:
    """All that becomes of the dates in reach. `kept` counts those on which something stays as it was made by hand."""

    dates: list[Difference]
    kept: int

    def count(self, change: Change) -> int:
        """How many there are of this kind."""
        return sum(each.change is change for each in self.dates)


def day_of(slot: str) -> date:
    """The day on which the rule has it."""
    return date.fromisoformat(slot[:DATE_LENGTH])


def in_plan(known: Known) -> bool:
    """Whether its series still has this date; it may be called off by hand all the same."""
    return not known.imported.cancelled


def pairs_in_order(known: Collection[Known], wanted: Collection[str]) -> dict[str, str]:
    """The known slot for each wanted one that is the same date, in order within the day, the week or the month.

    Those that are on go before those that were called off. What fell out of the series before comes back only on its
    own day.
    """
    pairs: dict[str, str] = {}
    left = {each.slot: each for each in known}
    for number, period in enumerate(PERIODS):
        here: dict[tuple[int, ...], list[str]] = defaultdict(list)
        for each in sorted(left.values(), key=lambda each: (each.facts.cancelled, each.slot)):
            if number == 0 or in_plan(each):
                here[period(day_of(each.slot))].append(each.slot)
        for slot in sorted(set(wanted) - pairs.keys()):
            if alike := here[period(day_of(slot))]:
                pairs[slot] = alike.pop(0)
                del left[pairs[slot]]
    return pairs


def changed_series(known: Collection[Known], wanted: Mapping[str, Facts], pairs: Mapping[str, str]) -> SeriesDifference:
    """What becomes of the known dates when the series wants these; `pairs` says which are the same."""
    by_slot = {each.slot: each for each in known}
    same = [_changed(by_slot[old], slot, wanted[slot]) for slot, old in pairs.items()]
    new = [Difference(Change.ADDED, None, slot, facts, facts) for slot, facts in wanted.items() if slot not in pairs]
    gone = (by_slot[slot] for slot in by_slot.keys() - set(pairs.values()))
    off = [_called_off(each) for each in gone if in_plan(each) and not each.facts.cancelled]
    kept = sum(each.facts != each.imported for each in same)
    return SeriesDifference(sorted(same + new + off, key=lambda each: (each.facts.starts_at, each.slot)), kept)


def _changed(known: Known, slot: str, wanted: Facts) -> Difference:
    facts = known.facts.merged(known.imported, wanted, hand_stays=True)
    return Difference(change_between(known.facts, facts), known.slot, slot, facts, wanted)


def _called_off(known: Known) -> Difference:
    off, gone = replace(known.facts, cancelled=True, tentative=False), replace(known.imported, cancelled=True)
    return Difference(Change.CANCELLED, known.slot, known.slot, off, gone)
