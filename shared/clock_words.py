"""Times of day as people say them."""

from datetime import datetime

NOON = 12


def time_words(at: datetime) -> str:
    """6pm, 6.30pm, noon, midnight."""
    if at.minute == 0 and at.hour in (0, NOON):
        return "noon" if at.hour else "midnight"
    hour = at.hour % NOON or NOON
    minutes = f".{at.minute:02d}" if at.minute else ""
    return f"{hour}{minutes}{'am' if at.hour < NOON else 'pm'}"
