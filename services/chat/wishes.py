"""What somebody wants to change about what reaches them, in exact words: PAUSE 2 WEEKS, ASKS 0, QUIET 22 8, NO NEWS."""

from collections.abc import Sequence
from dataclasses import dataclass

DAYS = {"day": 1, "days": 1, "week": 7, "weeks": 7, "month": 30, "months": 30}
A_PAUSE = 14
LONGEST_PAUSE = 366
MOST_ASKS = 31
HOURS = 24


@dataclass(frozen=True)
class Pause:
    """No news and no asks for so many days; none ends a pause."""

    days: int


@dataclass(frozen=True)
class Asks:
    """At most so many asks a month; 0 is never."""

    a_month: int


@dataclass(frozen=True)
class Quiet:
    """No texts from one hour of the day until another; equal ones mean at any hour."""

    since: int
    until: int


@dataclass(frozen=True)
class News:
    """Whether news may come over this channel."""

    wanted: bool


Change = Pause | Asks | Quiet | News


def change_in(words: Sequence[str]) -> Change | None:  # noqa: PLR0911  # one line a wish
    """The change that these words ask for, None when they ask for none, or for one that nobody can have."""
    match words:
        case ["news"] | ["no", "news"]:
            return News(wanted=len(words) == 1)
        case ["pause"]:
            return Pause(A_PAUSE)
        case ["pause", "off"]:
            return Pause(0)
        case ["pause", many, unit] if unit in DAYS and _below(many, LONGEST_PAUSE):
            days = int(many) * DAYS[unit]
            return Pause(days) if 0 < days <= LONGEST_PAUSE else None
        case ["asks", many] if _below(many, MOST_ASKS + 1):
            return Asks(int(many))
        case ["quiet", "off"]:
            return Quiet(0, 0)
        case ["quiet", since, until] if _below(since, HOURS) and _below(until, HOURS):
            return Quiet(int(since), int(until))
    return None


def _below(word: str, limit: int) -> bool:
    return word.isascii() and word.isdigit() and len(word) <= len(str(limit)) and int(word) < limit
