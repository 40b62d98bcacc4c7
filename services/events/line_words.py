"""What somebody who waits for a place is told: where they stand, and what will happen."""

from collections.abc import Mapping
from datetime import datetime

from services.events.waitlist import Priority
from services.events.wall_time import on_the_wall

IN_LINE = "All places are taken or offered to others just now. You are in the line: we ask you when it is your turn."
OFFER_OVER = "We asked the next person. You are still in the line, and hear from us when another place comes free."
ROOM = "There are places left. Just say that you are coming."

DATES_NAMED = 3

ORDER = {
    Priority.FIRST_COME: "Who asked first is asked first.",
    Priority.DRAW: "The order is drawn by lot.",
    Priority.FEWER_TURNS: "Who was here least in the last 30 days is asked first.",
}
FILLS = "If all of you do not fit, we ask the next who do, and come back to you."
STRICT = "If all of you do not fit yet, we wait until you do."


def full_words(capacity: int | None, left: int) -> str:
    """Why a yes was not taken, and what to do."""
    if left > 0:
        return f"There are {left} left. Come with fewer, or wait in the line until there is room for all of you."
    return f"All {capacity} places are taken. You can wait in the line: we ask you when one comes free."


def party_words(most: int) -> str:
    """How many they may bring."""
    if most <= 0:
        return "There is room for one person each time. Say yes for yourself alone."
    return f"You can bring up to {most}. Say yes again with fewer."


def too_small_words(taken: Mapping[datetime, int]) -> str:
    """On which dates of a series more places are taken, or offered, than there would be, and what to do."""
    first = [f"{on.day} {on:%B} ({places})" for on, places in sorted(taken.items())[:DATES_NAMED]]
    more = f" and {len(taken) - len(first)} more" if len(taken) > len(first) else ""
    return (
        f"More places are taken on {', '.join(first)}{more}. Give at least {max(taken.values())}, "
        "or change those dates one by one and leave them out."
    )


def drawn_words(draws_at: datetime, timezone: str) -> str:
    """That nobody has to be quick."""
    return (
        f"The places are drawn {_moment(draws_at, timezone)}. Ask for one by then: who asks first has no better chance."
    )


def line_words(place: int, priority: Priority, *, draws_at: datetime | None, timezone: str, fills_room: bool) -> str:
    """Where somebody stands who waits, and what will happen."""
    if draws_at is not None:
        return f"You are in the draw {_moment(draws_at, timezone)}. Then we ask people in the order drawn."
    fits = FILLS if fills_room else STRICT
    return (
        f"You are number {place} in the line. {ORDER[priority]} {fits} "
        "We hold the place while you think. Saying nothing costs you nothing but that one place."
    )


def offer_words(until: datetime, timezone: str) -> str:
    """That a place is held for them."""
    by = _moment(until, timezone, "by")
    return f"A place is yours if you say yes {by}. If not, we ask the next, and you stay in the line."


def _moment(at: datetime, timezone: str, word: str = "at") -> str:
    wall = on_the_wall(at, timezone)
    return f"{word} {wall:%H:%M} on {wall:%A} {wall.day} {wall:%B}"
