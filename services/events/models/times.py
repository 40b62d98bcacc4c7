from datetime import datetime, timedelta

from services.events.errors.programme import TimeUnusable
from services.events.wall_time import exists, instant

LONGEST = timedelta(days=366)
SOUND_YEARS = range(2000, 2200)


def refuse_far_away(wall: datetime) -> None:
    """Raises TimeUnusable for a year that must be a slip."""
    if wall.year not in SOUND_YEARS:
        raise TimeUnusable(f"The year {wall.year} is too far away. Look at the year again.")


def refuse_unusable(starts: datetime, ends: datetime, timezone: str) -> None:
    """Raises TimeUnusable for times that no clock shows or that are the wrong way round, and says which to give."""
    for wall in (starts, ends):
        refuse_far_away(wall)
        if not exists(wall, timezone):
            raise TimeUnusable(f"The clocks go forward then: there is no {wall:%H:%M on %d %B %Y}. Give another time.")
    if instant(ends, timezone) < instant(starts, timezone):
        raise TimeUnusable(f"It would end at {ends:%H:%M on %d %B %Y}, before it has begun. Give a later `ends`.")
    if ends - starts > LONGEST:
        raise TimeUnusable("It would last for more than a year. Give an earlier `ends`.")
