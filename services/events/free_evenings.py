"""Which evenings are free, and which of them suit best. No clock and no database here."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, time, timedelta

EVENING = (time(17), time(23))
A_DAY = timedelta(days=1)


def evenings_of(starts: datetime, ends: datetime) -> Iterator[date]:
    """The days whose evening, from five to eleven by the clock on the wall, something takes some of."""
    day = starts.date()
    while day <= ends.date():
        begins, is_over = (datetime.combine(day, at) for at in EVENING)
        if starts < is_over and (ends > begins or starts >= begins):
            yield day
        day += A_DAY


def free_evenings(
    days: Iterable[date], *, taken: Collection[date], shut: Collection[date], elsewhere: Iterable[date]
) -> list[date]:
    """Of these days those with nothing on, the best first: on weekdays that others use least, and soon.

    `shut` are the days on which nothing can be; `elsewhere` the evenings of all others, each as often as it is used.
    """
    used = Counter(day.weekday() for day in elsewhere)
    free = (day for day in days if day not in taken and day not in shut)
    return sorted(free, key=lambda day: (used[day.weekday()], day))
