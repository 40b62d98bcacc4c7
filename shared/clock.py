"""The clock of the product, which a demo may set to another day."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]


def clock_from(offset_seconds: float) -> Clock:
    """A clock that runs `offset_seconds` ahead of the machine's; every time it tells is aware, in UTC."""
    if not offset_seconds:
        return lambda: datetime.now(UTC)
    offset = timedelta(seconds=offset_seconds)
    return lambda: datetime.now(UTC) + offset
