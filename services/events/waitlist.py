"""Who in a line is asked next, and for how long a place is held for them while they answer.

Nothing here reads a clock or a database. An offer is made by day; its time stands still from nine in the evening to
nine in the morning, and is never longer than until the start.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

from services.events.wall_time import instant, on_the_wall

EVENING, MORNING = time(21), time(9)
LONGEST, SHORTEST = timedelta(hours=12), timedelta(minutes=15)
# Of the time that is left until the start, one part in so many is there to answer in.
PARTS = 8
# What starts within three hours may be offered until eleven: whoever waits for tonight wants to know tonight.
SOON, LATE = timedelta(hours=3), timedelta(hours=2)
NEVER_ASKED = -1


class Priority(StrEnum):
    """Who of those who wait is asked first, as the group chose it for an activity."""

    FIRST_COME = "first_come"
    DRAW = "draw"
    FEWER_TURNS = "fewer_turns"


@dataclass(frozen=True, slots=True)
class InLine:
    """A party that waits, or holds an offer until `offered_until`.

    `number` is the order of asking; `passed` the last time that places came free and their offer lapsed.
    """

    member_id: UUID
    places: int
    number: int
    passed: int = NEVER_ASKED
    offered_until: datetime | None = None
    lot: str | None = None
    turns: int = 0


@dataclass(frozen=True, slots=True)
class Room:
    """What there is to wait for. `freed` counts the times that places came free; `draws_at` is None without a draw."""

    capacity: int | None
    going: int
    freed: int
    starts_at: datetime
    timezone: str
    is_on: bool = True
    fills_room: bool = False
    priority: Priority = Priority.FIRST_COME
    draws_at: datetime | None = None

    def free_beside(self, held: int) -> int | None:
        """How many places nobody has or is asked to take; None when there is no limit."""
        return None if self.capacity is None else self.capacity - self.going - held

    def has_room_for(self, party: InLine) -> bool:
        """Whether they would fit if they were alone."""
        return self.capacity is None or party.places <= self.capacity

    def asks_from(self, now: datetime) -> datetime | None:
        """When somebody may next be asked; None when never before the start, or while it is off."""
        if not self.is_on:
            return None
        return offer_from(max(now, self.draws_at or now), self.starts_at, self.timezone)


@dataclass(frozen=True, slots=True)
class Settled:
    """What becomes of a line: whose offer is over, who is asked and until when, and what is left to do when."""

    lapsed: list[InLine]
    withdrawn: list[InLine]
    asked: list[InLine]
    until: datetime
    held: int
    waiting: int
    due: datetime | None


def settle(line: Sequence[InLine], room: Room, now: datetime) -> Settled:
    """Let offers lapse whose time is over, and ask whoever is next, as far as there is room and it is time."""
    until = offer_until(now, room.starts_at, room.timezone)
    offers = [each for each in line if each.offered_until is not None]
    lapsed = [each for each in offers if each.offered_until is not None and each.offered_until <= now]
    withdrawn = [] if room.is_on else [each for each in offers if each not in lapsed]
    open_ones = [each for each in offers if each not in lapsed and each not in withdrawn]
    held = sum(each.places for each in open_ones)
    to_ask = in_order([each for each in line if _still_to_ask(each, room)], room.priority)
    asks_from = room.asks_from(now)
    free = room.free_beside(held)
    asked = asked_next(to_ask, free, fills_room=room.fills_room) if asks_from == now else []
    left = len(to_ask) - len(asked)
    ends = [each.offered_until for each in open_ones if each.offered_until is not None] + [until] * bool(asked)
    wakes = [asks_from] if asks_from is not None and asks_from > now and left else []
    return Settled(
        lapsed=lapsed,
        withdrawn=withdrawn,
        asked=asked,
        until=until,
        held=held + sum(each.places for each in asked),
        waiting=0 if asks_from is None or (room.fills_room and asks_from == now) else left,
        due=min([*ends, *wakes, room.starts_at]) if line else None,
    )


def in_order(line: Sequence[InLine], priority: Priority) -> list[InLine]:
    """Those who wait, the next first. Who came after a draw comes after who was in it."""
    if priority is Priority.DRAW:
        return sorted(line, key=lambda each: (each.lot is None, each.lot or "", each.number))
    if priority is Priority.FEWER_TURNS:
        return sorted(line, key=lambda each: (each.turns, each.number))
    return sorted(line, key=lambda each: each.number)


def asked_next(line: Sequence[InLine], free: int | None, *, fills_room: bool) -> list[InLine]:
    """Whom the free places are offered to. One that does not fit is passed over, or in strict order waited for."""
    asked = []
    for each in line:
        if free is None or each.places <= free:
            asked.append(each)
            free = None if free is None else free - each.places
        elif not fills_room:
            break
    return asked


def lot_of(seed: str, member_id: UUID) -> str:
    """What a member drew; the lowest is first. Who knows the seed and their own id can work theirs out again."""
    return sha256(f"{seed} {member_id}".encode()).hexdigest()


def offer_from(now: datetime, starts_at: datetime, timezone: str) -> datetime | None:
    """When an offer may next be made: now, or when the night is over; None when that is not before the start."""
    dusk, dawn = night(now, timezone)
    this_evening = now < dusk + LATE and starts_at <= now + SOON
    when = now if now < dusk or this_evening else dawn
    return when if when < starts_at else None


def offer_until(now: datetime, starts_at: datetime, timezone: str) -> datetime:
    """Until when a place that is offered now is held, at most until the start."""
    if offer_from(now, starts_at, timezone) is None:
        return starts_at
    dusk, dawn = night(now, timezone)
    if starts_at <= dawn:
        return min(now + _length(starts_at - now), starts_at)
    if now >= dusk:
        return min(dawn + _length(starts_at - dawn), starts_at)
    until = now + _length(starts_at - now)
    return min(until if until <= dusk else until + (dawn - dusk), starts_at)


def _still_to_ask(party: InLine, room: Room) -> bool:
    """Whoever let an offer go by is asked again when the next place comes free, not about the same one."""
    return party.offered_until is None and party.passed < room.freed and room.has_room_for(party)


def _length(left: timedelta) -> timedelta:
    return min(max(left / PARTS, SHORTEST), LONGEST)


def night(at: datetime, timezone: str) -> tuple[datetime, datetime]:
    """From when to when nobody is asked: the night that it is, or else the next."""
    wall = on_the_wall(at, timezone)
    evening = wall.date() - timedelta(days=wall.time() < MORNING)
    morning = evening + timedelta(days=1)
    return (
        instant(datetime.combine(evening, EVENING), timezone),
        instant(datetime.combine(morning, MORNING), timezone),
    )
