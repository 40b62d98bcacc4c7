"""Whom to ask when somebody cannot do a role after all: a few at a time, those asked longest ago first.

Nothing here reads a clock or a database. Nobody is asked between nine in the evening and nine in the morning, or after
the start, and nobody twice: those who were asked are not among the willing any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from services.events.waitlist import night, offer_until

AT_ONCE = 3
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Gap:
    """A role at an occurrence, and how many it still lacks."""

    missing: int
    starts_at: datetime
    timezone: str
    is_on: bool = True

    def is_over(self, now: datetime) -> bool:
        """Whether there is nothing to ask anybody for."""
        return self.missing <= 0 or not self.is_on or self.starts_at <= now


@dataclass(frozen=True, slots=True)
class Willing:
    """A member who wished to be asked, and was not yet. `lot` decides between those who were asked equally long ago."""

    member_id: UUID
    last_asked: datetime | None
    lot: str


@dataclass(frozen=True, slots=True)
class Step:
    """Who is asked now and until when, and when to look again; `due` None: nothing more will be done by itself."""

    asked: list[UUID]
    until: datetime
    due: datetime | None


def next_step(
    gap: Gap, open_until: Sequence[datetime], willing: Sequence[Willing], now: datetime, *, at_once: int = AT_ONCE
) -> Step:
    """Ask the next of the willing, so that no more than `at_once` think about it at a time.

    `open_until` is until when each of those who think about it has, all after `now`. How long that is shrinks as the
    start comes nearer.
    """
    until = offer_until(now, gap.starts_at, gap.timezone)
    if gap.is_over(now):
        return Step([], until, None)
    dusk, dawn = night(now, gap.timezone)
    if now >= dusk:
        return Step([], until, dawn if dawn < gap.starts_at else None)
    free = max(at_once - len(open_until), 0)
    asked = [each.member_id for each in in_order(willing)[:free]]
    return Step(asked, until, min([*open_until, *[until] * bool(asked)], default=None))


def in_order(willing: Sequence[Willing]) -> list[Willing]:
    """Those who were never asked first, then those asked longest ago."""
    return sorted(willing, key=lambda each: (each.last_asked or NEVER, each.lot))
