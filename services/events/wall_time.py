"""What a clock on the wall shows, and the instant it means."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def instant(wall: datetime, timezone: str) -> datetime:
    """The instant in UTC. An hour that comes twice is the first of the two, unless `fold` says otherwise."""
    return wall.replace(tzinfo=ZoneInfo(timezone)).astimezone(UTC)


def on_the_wall(when: datetime, timezone: str) -> datetime:
    """What the clock shows at an instant, as a naive time."""
    return when.astimezone(ZoneInfo(timezone)).replace(tzinfo=None)


def exists(wall: datetime, timezone: str) -> bool:
    """False for the hour that the clocks jump over in spring."""
    return on_the_wall(instant(wall, timezone), timezone) == wall.replace(fold=0)
