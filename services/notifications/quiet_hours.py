"""The hours in which a person wants to hear nothing, in their own wall time."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


def quiet_until(now: datetime, zone: str, quiet_from: time, until: time) -> datetime | None:
    """When the quiet that `now` falls into ends, in UTC; None when it is not quiet. Equal times mean never quiet."""
    local = now.astimezone(ZoneInfo(zone))
    wall = local.time()
    over_night = quiet_from > until
    quiet = (wall >= quiet_from or wall < until) if over_night else quiet_from <= wall < until
    if not quiet:
        return None
    day = local.date() + timedelta(days=1 if over_night and wall >= quiet_from else 0)
    return datetime.combine(day, until, ZoneInfo(zone)).astimezone(UTC)
