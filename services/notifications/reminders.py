"""When a reminder is due: rules relative to the start of an occurrence, by the wall clock where it happens."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

EVENING = time(18, 0)


@dataclass(frozen=True)
class Rule:
    """One reminder. `wall` turns the wall time of the start into that of the reminder; None: this rule has none."""

    name: str
    wall: Callable[[datetime, bool], datetime | None]

    def due(self, starts: datetime, zone: str, *, all_day: bool) -> datetime | None:
        """When it is due, in UTC. `starts` is wall time in `zone`."""
        wall = self.wall(starts, all_day)
        return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) if wall else None


def _evening_before(starts: datetime, _: bool) -> datetime:  # noqa: FBT001  # called through Rule.wall
    return datetime.combine(starts.date() - timedelta(days=1), EVENING)


def _two_hours_before(starts: datetime, all_day: bool) -> datetime | None:  # noqa: FBT001  # called through Rule.wall
    # What lasts all day has no hour to be two hours ahead of.
    return None if all_day else starts - timedelta(hours=2)


DAY_BEFORE = Rule("day-before", _evening_before)
TWO_HOURS_BEFORE = Rule("two-hours-before", _two_hours_before)

RULES: Sequence[Rule] = (DAY_BEFORE, TWO_HOURS_BEFORE)
# Questions about a place that is held until somebody answers; each is of no use after that.
OFFERS = ("place-offered", "asked-again")
# A question whether somebody could help out.
NEEDS_COVER = "needs-cover"


@dataclass(frozen=True)
class Plan:
    """A reminder to be sent at `due_at`, and of no use after `expires_at`; both in UTC."""

    rule: str
    due_at: datetime
    expires_at: datetime


def plan(starts: datetime, zone: str, starts_at: datetime, *, all_day: bool) -> list[Plan]:
    """The reminders of an occurrence, in order. Each expires when the next is due, and the last when it starts."""
    dues = [(rule.name, rule.due(starts, zone, all_day=all_day)) for rule in RULES]
    known = sorted((due, name) for name, due in dues if due is not None and due < starts_at)
    ends = [due for due, _ in known[1:]] + [starts_at]
    return [Plan(name, due, end) for (due, name), end in zip(known, ends, strict=True)]
