"""A look at one date: what is stored against what the books say, and every promise that is made to people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from tests.year.book import ActivityBook, DateBook, Party, is_same_evening
from tests.year.rows import DateRow, People
from tests.year.rules import EVENING, MORNING, may_be_asked, next_morning, wall
from tests.year.watch import Promise, Watch

# A quarter of an hour, less the moments of a burst; twelve hours and a night, of which one in October is longer.
SHORTEST, LONGEST = timedelta(minutes=14, seconds=59), timedelta(hours=25)


@dataclass
class Look:
    """One look at a date, at `now`, when whatever was due has been done.

    `at_once`: many did something, and nobody can say in which order; what came free among it is told to the book later.
    """

    watch: Watch
    activity: ActivityBook
    book: DateBook
    row: DateRow
    people: People
    now: datetime
    at_once: bool = False

    def check(self) -> None:
        before, self.book.row = self.book.row, self.row
        self._places()
        moved = not is_same_evening(before, self.row)
        asked_again = self.book.ask_again() if moved else self.book.hear_the_hour()
        if _raised(before.capacity, self.row.capacity) and not self.at_once:
            self.book.came_free()
        if self.row.starts_at <= self.now:
            self.book.line.clear()
        self._rows()
        self._offers(self._newly_asked(), asked_again)

    @property
    def _held(self) -> int:
        return sum(party.places for party in self.people.line.values() if party.until is not None)

    @property
    def _free(self) -> int | None:
        going = sum(self.people.answers.values())
        return None if self.row.capacity is None else self.row.capacity - going - self._held

    def _places(self) -> None:
        """Places, and the dates that they were given for."""
        row, going = self.row, sum(self.people.answers.values())
        self.watch.check(Promise.CAPACITY, self._free is None or self._free >= 0, f"{going} of {row.capacity} at {row}")
        if row.ends_at > self.now:
            self.watch.check(
                Promise.COUNTS, (row.going, row.held) == (going, self._held), f"{going}, {self._held} at {row}"
            )
        for member in (member for member, places in self.people.answers.items() if places):
            said = self.book.answers.get(member)
            agreed = said is not None and is_same_evening(said, row)
            self.watch.check(Promise.AGREED, agreed, f"{member} said {said}, and it is {row}")

    def _rows(self) -> None:
        said = {member: each.places for member, each in self.book.answers.items()}
        self.watch.check(
            Promise.ANSWERS, said == self.people.answers, f"{_differing(said, self.people.answers)} at {self.row}"
        )
        waits = {member: party.places for member, party in self.book.line.items()}
        stored = {member: party.places for member, party in self.people.line.items()}
        self.watch.check(Promise.LINE, waits == stored, f"{_differing(waits, stored)} at {self.row}")
        at_once = [member for member, party in self.book.line.items() if party.order is None]
        for member in sorted(at_once, key=lambda each: self.people.line[each].number):
            self.book.line[member].order = Party(0).order

    def _newly_asked(self) -> dict[UUID, datetime]:
        """What became of each offer; those that are new, and until when they are."""
        new = {}
        for member, party in self.book.line.items():
            stored, was = self.people.line[member], party.until
            party.lot, party.until = stored.lot, stored.until
            if stored.until is None:
                over = was is None or was <= self.now
                self.watch.check(
                    Promise.OFFERS, over or self.row.is_off, f"{member}'s until {was} is gone at {self.row}"
                )
                party.let_go |= was is not None and was <= self.now
                continue
            self.watch.check(
                Promise.TIMES, stored.until > self.now, f"{member}'s is over since {stored.until} at {self.row}"
            )
            self.watch.check(Promise.OFFERS, not self.row.is_off, f"{member} has one for {self.row}")
            if stored.until != was:
                new[member] = stored.until
        return new

    def _offers(self, new: dict[UUID, datetime], asked_again: set[UUID]) -> None:
        for member in () if self.row.is_off else asked_again:
            is_asked = self.book.line[member].until is not None
            self.watch.check(Promise.AGREED, is_asked, f"{member} was not asked again for {self.row}")
        for member, until in new.items():
            self._time(until, again=member in asked_again)
        self._order(new.keys() - asked_again)

    def _time(self, until: datetime, *, again: bool) -> None:
        now, starts_at = self.now, self.row.starts_at
        words = f"one until {until} for {self.row}"
        self.watch.check(Promise.TIMES, again or may_be_asked(now, starts_at), words)
        self.watch.check(Promise.TIMES, min(now + SHORTEST, starts_at) <= until <= min(now + LONGEST, starts_at), words)
        by_day = MORNING <= wall(until).time() <= EVENING
        self.watch.check(Promise.TIMES, by_day or until == starts_at or starts_at <= next_morning(now), words)

    def _order(self, asked: set[UUID]) -> None:
        line, drawn_at = self.book.line, self.activity.is_drawn_at(self.row)
        rank = {member: self.activity.rank(self.book, member, self.now) for member in line}
        drawn = drawn_at is None or drawn_at <= self.now
        still = [member for member in sorted(line, key=rank.__getitem__) if self._waits(line[member])]
        for member in asked:
            self.watch.check(Promise.ORDER, drawn, f"{member} was asked before the draw of {self.row}")
            passed_over = [
                each
                for each in still
                if rank[each] < rank[member]
                and (not self.activity.fills_room or line[each].places <= line[member].places)
            ]
            self.watch.check(Promise.ORDER, not passed_over, f"{member} was asked before {passed_over} at {self.row}")
        if drawn and not self.row.is_off and may_be_asked(self.now, self.row.starts_at):
            fits = [self._free is None or line[each].places <= self._free for each in still]
            kept_waiting = any(fits) if self.activity.fills_room else fits[:1] == [True]
            self.watch.check(Promise.ROOM, not kept_waiting, f"{self._free} free, and {still} wait at {self.row}")

    def _waits(self, party: Party) -> bool:
        fits = self.row.capacity is None or party.places <= self.row.capacity
        return party.until is None and not party.let_go and fits


def _raised(before: int | None, after: int | None) -> bool:
    return before is not None and (after is None or after > before)


def _differing(said: Mapping[UUID, int], stored: Mapping[UUID, int]) -> str:
    every = sorted(said.keys() | stored.keys())
    unlike = [each for each in every if said.get(each) != stored.get(each)]
    return ", ".join(f"{each} said {said.get(each)}, stored is {stored.get(each)}" for each in unlike)
