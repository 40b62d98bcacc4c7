"""What importing a calendar changes: the dates of one activity as they are stored, against what the file says now.

An occurrence is its slot: the activity and the date its rule first gave it. The file's own last word on each is kept
beside what is stored, so what the file changed is told from what somebody changed by hand: only the file's changes go
in. Nothing here reads a clock or a database.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from services.events.wall_time import instant

TIME = ("starts", "ends", "all_day", "timezone")
# Each of these follows the file or stays as it was made by hand, whatever becomes of the others.
UNITS = (TIME, ("title",), ("summary",), ("place",), ("cancelled",), ("tentative",), ("capacity",))
DATE_LENGTH = len("2026-11-26")
SAME_EVENING = timedelta(hours=2)


class Change(StrEnum):
    """What an import does to an occurrence."""

    ADDED = "added"
    MOVED = "moved"  # another time or place, while it is on
    CHANGED = "changed"
    CANCELLED = "cancelled"
    RESTORED = "restored"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Facts:
    """What can be said of an occurrence, by a file or by hand. `starts` and `ends` are wall time in `timezone`.

    A file says nothing of what has a default here.
    """

    starts: datetime
    ends: datetime
    all_day: bool
    timezone: str
    title: str
    summary: str
    place: str
    cancelled: bool
    tentative: bool = False
    capacity: int | None = None
    card: Mapping[str, Any] = field(default_factory=dict)

    @property
    def starts_at(self) -> datetime:
        """When it starts, in UTC."""
        return instant(self.starts, self.timezone)

    @property
    def ends_at(self) -> datetime:
        """When it ends, in UTC. An end in the hour that comes twice is never before the start."""
        return max(instant(self.ends, self.timezone), self.starts_at)

    def as_json(self) -> dict[str, Any]:
        """In a form that a JSON column keeps."""
        said = {name: getattr(self, name) for name in self.__slots__}
        return said | {"starts": self.starts.isoformat(), "ends": self.ends.isoformat(), "card": dict(self.card)}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """What `as_json` made of them."""
        times = {name: datetime.fromisoformat(kept[name]) for name in ("starts", "ends")}
        return cls(**{**kept, **times})

    def merged(self, before: Self, after: Self, *, hand_stays: bool = False) -> Self:
        """These facts with what changed in their source from `before` to `after`, and nothing else.

        With `hand_stays`, what was changed by hand since stays as well. Of the card, each line counts for itself.
        """

        def follows(mine: Any, then: Any, now: Any) -> bool:
            return bool(then != now and not (hand_stays and mine != then))

        changed = {
            name: getattr(after, name)
            for unit in UNITS
            if follows(*([getattr(facts, name) for name in unit] for facts in (self, before, after)))
            for name in unit
        }
        lines = {
            line: said for line, said in after.card.items() if follows(self.card.get(line), before.card.get(line), said)
        }
        return replace(self, **changed, card={**self.card, **lines})


@dataclass(frozen=True, slots=True)
class Known:
    """A stored occurrence: as it is, and as the file last had it."""

    slot: str
    facts: Facts
    imported: Facts


@dataclass(frozen=True, slots=True)
class Difference:
    """What becomes of one occurrence. `known` is the slot it is stored under, None for a new one."""

    change: Change
    known: str | None
    slot: str
    facts: Facts
    imported: Facts


@dataclass(frozen=True, slots=True)
class Window:
    """What an import looks at: from `now` on, and starts on the days from `since` to `until`, both included."""

    now: datetime
    since: date
    until: date

    def covers(self, imported: Facts) -> bool:
        """Whether a file that still has this would have said so."""
        return self.since <= imported.starts.date() <= self.until

    def to_come(self, facts: Facts) -> bool:
        """What is over is never changed by an import."""
        return facts.ends_at > self.now


def differences(
    stored: Collection[Known], wanted: Mapping[str, Facts], window: Window, *, repeats: bool
) -> list[Difference]:
    """Everything an import does to the dates of one activity; what is stored and over is left out.

    `wanted` is what the file says, by slot. An activity that does not repeat has one date, and giving it another moves
    it.
    """
    over = {known.slot for known in stored if not window.to_come(known.facts)}
    here = {known.slot: known for known in stored if known.slot not in over}
    pairs = _pairs(here, {slot: facts for slot, facts in wanted.items() if slot not in over}, repeats=repeats)
    found = [_difference(here[known], slot, wanted[slot]) for slot, known in pairs.items()]
    found += [
        Difference(Change.ADDED, None, slot, facts, facts)
        for slot, facts in wanted.items()
        if slot not in pairs and slot not in over and not facts.cancelled and window.to_come(facts)
    ]
    gone = here.keys() - pairs.values()
    found += [_called_off(here[slot]) for slot in gone if _is_on(here[slot]) and window.covers(here[slot].imported)]
    return sorted(found, key=lambda difference: (difference.facts.starts_at, difference.slot))


def called_off(stored: Collection[Known], window: Window) -> list[Difference]:
    """What becomes of an activity that is taken out of the programme: everything still to come is cancelled."""
    still_on = (known for known in stored if window.to_come(known.facts) and not known.facts.cancelled)
    return [_called_off(known) for known in still_on]


def _pairs(here: Mapping[str, Known], wanted: Mapping[str, Facts], *, repeats: bool) -> dict[str, str]:
    """The stored slot for each wanted one that is the same occurrence.

    When the weekly hour changes, so does the time in every slot: those of the same original date are paired, in order.
    """
    pairs = {slot: slot for slot in wanted if slot in here}
    by_date: dict[str, list[str]] = defaultdict(list)
    for slot in sorted(here.keys() - pairs.keys()):
        by_date[slot[:DATE_LENGTH]].append(slot)
    for slot in sorted(wanted.keys() - pairs.keys()):
        same_date = by_date[slot[:DATE_LENGTH]]
        if same_date:
            pairs[slot] = same_date.pop(0)
    left = here.keys() - set(pairs.values())
    new = wanted.keys() - pairs.keys()
    if not repeats and len(here) == len(left) == 1 and len(new) == 1:
        pairs[new.pop()] = left.pop()
    return pairs


def _difference(known: Known, slot: str, wanted: Facts) -> Difference:
    facts = known.facts.merged(known.imported, wanted)
    return Difference(change_between(known.facts, facts), known.slot, slot, facts, wanted)


def _is_on(known: Known) -> bool:
    return not known.facts.cancelled or not known.imported.cancelled


def _called_off(known: Known) -> Difference:
    change = Change.UNCHANGED if known.facts.cancelled else Change.CANCELLED
    gone = replace(known.imported, cancelled=True)
    return Difference(change, known.slot, known.slot, replace(known.facts, cancelled=True), gone)


def change_between(before: Facts, after: Facts) -> Change:
    """What somebody who knew it before should call it."""
    if before == after:
        return Change.UNCHANGED
    if before.cancelled != after.cancelled:
        return Change.CANCELLED if after.cancelled else Change.RESTORED
    moved = any(getattr(before, name) != getattr(after, name) for name in (*TIME, "place"))
    return Change.MOVED if moved and not after.cancelled else Change.CHANGED


def is_another_date(before: Facts, after: Facts) -> bool:
    """Whether it is another day, or another part of it, so that no yes to the one is a yes to the other."""
    same_day = before.starts.date() == after.starts.date()
    return not same_day or abs(after.starts_at - before.starts_at) > SAME_EVENING
