"""The simulation's own books: what everybody was told and said, kept in plain Python beside the service."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from typing import Protocol
from uuid import UUID

from shared.contracts.members import Role, Visibility
from tests.year.rows import DateRow
from tests.year.rules import SAME_EVENING, Rule

TURNS_COUNT = timedelta(days=30)
_order = count(1)


@dataclass
class GroupBook:
    id: UUID
    slug: str
    visibility: Visibility
    members: dict[UUID, Role] = field(default_factory=dict)
    closed: set[date] = field(default_factory=set)


class Dated(Protocol):
    """What is on at a time."""

    @property
    def starts(self) -> datetime: ...

    @property
    def starts_at(self) -> datetime: ...


def is_same_evening(one: Dated, other: Dated) -> bool:
    """Whether a yes to the one is a yes to the other: the same day, and at most two hours apart."""
    return one.starts.date() == other.starts.date() and abs(one.starts_at - other.starts_at) <= SAME_EVENING


@dataclass
class Said:
    """An answer in places, none for a no, and the date to which it was given."""

    places: int
    at: datetime
    starts: datetime
    starts_at: datetime


@dataclass
class Party:
    """A party that waits. `order` is None until the database says who of several at once was first."""

    places: int
    order: float | None = field(default_factory=lambda: next(_order))
    until: datetime | None = None
    let_go: bool = False
    lot: str | None = None


@dataclass
class DateBook:
    """A date: who answered, who waits, and how it was when it was last looked at."""

    row: DateRow
    answers: dict[UUID, Said] = field(default_factory=dict)
    line: dict[UUID, Party] = field(default_factory=dict)

    def places_of(self, member: UUID) -> int:
        said = self.answers.get(member)
        return said.places if said else 0

    def say(self, member: UUID, places: int, now: datetime) -> bool:
        """A yes with so many places, or a no with none; whether that freed a place that somebody had."""
        waited = self.line.pop(member, None)
        had, known = self.places_of(member), member in self.answers
        if known and had == places and waited is None:
            return False
        self.answers[member] = Said(places, now, self.row.starts, self.row.starts_at)
        return places < had

    def wait(self, member: UUID, places: int, *, order_is_known: bool = True) -> None:
        """Into the line; who waits already keeps their place in it, and an offer is for the party it was made to."""
        party = self.line.get(member)
        if party is None:
            self.line[member] = Party(places) if order_is_known else Party(places, None)
        elif party.until is None:
            party.places, party.let_go = places, False

    def came_free(self) -> None:
        """Whoever let an offer go by is asked again."""
        for party in self.line.values():
            party.let_go = False

    def forget(self, member: UUID) -> None:
        """Nothing is known of a member any more."""
        self.line.pop(member, None)
        said = self.answers.pop(member, None)
        if said and said.places:
            self.came_free()

    def hear_the_hour(self) -> set[UUID]:
        """It is a little earlier or later: who comes is told so, and nobody is asked again."""
        for said in self.answers.values():
            said.starts, said.starts_at = self.row.starts, self.row.starts_at
        return set()

    def ask_again(self) -> set[UUID]:
        """The date is another: every yes to the old one is an offer now, in the order in which they were said."""
        going = sorted((said.at, member) for member, said in self.answers.items() if said.places)
        first = min((party.order or 0 for party in self.line.values()), default=0)
        for place, (_, member) in enumerate(going):
            self.line[member] = Party(self.answers.pop(member).places, first - len(going) + place)
        offered = {member for member, party in self.line.items() if party.until is not None}
        return offered | {member for _, member in going}


@dataclass
class ActivityBook:
    """An activity: the dates it should have, who hosts it, and how it gives its places."""

    id: UUID
    group: GroupBook
    rule: Rule
    length: timedelta
    slots: set[str]
    known_until: date
    hosts: set[UUID]
    priority: str = "first_come"
    fills_room: bool = False
    draw_hours: int = 48
    off: set[UUID] = field(default_factory=set)
    moved_by_hand: set[UUID] = field(default_factory=set)
    dates: dict[UUID, DateBook] = field(default_factory=dict)

    def turns(self, member: UUID, now: datetime) -> int:
        """How often a member came to a full date in the last thirty days."""
        over = (each for each in self.dates.values() if now - TURNS_COUNT < each.row.ends_at <= now)
        full = (each for each in over if not each.row.is_off and each.row.capacity is not None)
        return sum(each.places_of(member) > 0 and each.row.going >= (each.row.capacity or 0) for each in full)

    def is_drawn_at(self, row: DateRow) -> datetime | None:
        """When the places of a date are drawn; None where they are not."""
        return row.starts_at - timedelta(hours=self.draw_hours) if self.priority == "draw" else None

    def rank(self, date: DateBook, member: UUID, now: datetime) -> tuple[float | str, ...]:
        """The lowest is asked first."""
        party = date.line[member]
        order = party.order or 0
        if self.priority == "draw":
            return (party.lot is None, party.lot or "", order)
        return (self.turns(member, now), order) if self.priority == "fewer_turns" else (order,)
