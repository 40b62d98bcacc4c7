"""One RRULE, read: what its parts say, and every reason for which it cannot be used."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from icalendar.prop import vRecur

from services.events.errors.calendar import RuleRefused

TIMES_A_DAY_AT_MOST = 24
SUB_DAILY = {"SECONDLY", "MINUTELY", "HOURLY"}
UNDERSTOOD = {
    *("FREQ", "UNTIL", "COUNT", "INTERVAL", "BYSECOND", "BYMINUTE", "BYHOUR", "BYDAY", "BYMONTHDAY", "BYYEARDAY"),
    *("BYWEEKNO", "BYMONTH", "BYSETPOS", "WKST"),
}
# What each list of numbers may hold; a part that counts from the end may also be the same number below zero.
RANGES = {
    "BYMONTH": (1, 12, False),
    "BYMONTHDAY": (1, 31, True),
    "BYYEARDAY": (1, 366, True),
    "BYWEEKNO": (1, 53, True),
    "BYSETPOS": (1, 366, True),
    "BYHOUR": (0, 23, False),
    "BYMINUTE": (0, 59, False),
    "BYSECOND": (0, 60, False),
}
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True)
class Rule:
    """One RRULE, read and within range. `until` is wall time and belongs to the rule."""

    every: str
    interval: int = 1
    count: int | None = None
    until: datetime | None = None
    months: frozenset[int] = frozenset()
    month_days: frozenset[int] = frozenset()
    year_days: frozenset[int] = frozenset()
    weeks: frozenset[int] = frozenset()
    weekdays: frozenset[tuple[int, int]] = frozenset()  # (which one, 0 for every one; 0 for Monday)
    hours: frozenset[int] = frozenset()
    minutes: frozenset[int] = frozenset()
    seconds: frozenset[int] = frozenset()
    positions: frozenset[int] = frozenset()
    week_starts: int = 0


def _as_utc(when: datetime) -> datetime:
    return when.astimezone(UTC).replace(tzinfo=None)


def read_rule(text: str, *, wall: Callable[[datetime], datetime] = _as_utc) -> Rule:
    """Read the text of an RRULE; `wall` turns an UNTIL given in UTC into the wall time of the series."""
    # The library skips a part without a "=", which would turn a slip in COUNT into a rule without an end.
    if any(part and part.count("=") != 1 for part in text.strip().split(";")):
        raise RuleRefused(f"Its rule “{text[:80]}” cannot be read. Correct it and import again.")
    try:
        parts = {name.upper(): values for name, values in vRecur.from_ical(text.strip()).items()}
    except ValueError as error:
        raise RuleRefused(f"Its rule “{text[:80]}” cannot be read. Correct it and import again.") from error
    every = str(_one(parts, "FREQ") or "").upper()
    _understood(parts, every)
    numbers = {name: _numbers(parts, name) for name in RANGES}
    rule = Rule(
        every=every,
        interval=_positive(parts, "INTERVAL") or 1,
        count=_positive(parts, "COUNT"),
        until=_until(_one(parts, "UNTIL"), wall),
        months=numbers["BYMONTH"],
        month_days=numbers["BYMONTHDAY"],
        year_days=numbers["BYYEARDAY"],
        weeks=numbers["BYWEEKNO"],
        weekdays=frozenset((day.relative or 0, WEEKDAYS.index(day.weekday)) for day in parts.get("BYDAY", ())),
        hours=numbers["BYHOUR"],
        minutes=numbers["BYMINUTE"],
        seconds=frozenset(min(second, 59) for second in numbers["BYSECOND"]),
        positions=numbers["BYSETPOS"],
        week_starts=WEEKDAYS.index(str(_one(parts, "WKST") or "MO").upper()[-2:]),
    )
    if max(len(rule.hours), 1) * max(len(rule.minutes), 1) * max(len(rule.seconds), 1) > TIMES_A_DAY_AT_MOST:
        raise RuleRefused(f"Its rule comes round more than {TIMES_A_DAY_AT_MOST} times a day. Give fewer times.")
    return rule


def _understood(parts: dict[str, list[object]], every: str) -> None:
    if not every:
        raise RuleRefused("Its rule does not say how often (FREQ). Add it and import again.")
    if every in SUB_DAILY:
        raise RuleRefused(
            f"Its rule repeats within the day (FREQ={every}). Only daily, weekly, monthly and yearly rules "
            "can be used: change the rule, or give the dates one by one."
        )
    # RFC 7529 lets a rule follow another calendar or skip in other ways; the ordinary choices are what we do anyway.
    ordinary = {"RSCALE": "GREGORIAN", "SKIP": "OMIT"}
    for name, values in parts.items():
        usual = [str(getattr(value, "value", value)).upper() for value in values] == [ordinary.get(name)]
        if name not in UNDERSTOOD and not name.startswith("X-") and not usual:
            raise RuleRefused(
                f"Its rule has a part that is not understood ({name[:30]}). Take it out and import again."
            )


def _one(parts: dict[str, list[object]], name: str) -> object | None:
    values = parts.get(name, [])
    if len(values) > 1:
        raise RuleRefused(f"Its rule gives {name} more than once. Leave one.")
    return values[0] if values else None


def _positive(parts: dict[str, list[object]], name: str) -> int | None:
    value = _one(parts, name)
    if value is None:
        return None
    if not isinstance(value, int) or value < 1:
        raise RuleRefused(f"Its rule has {name}={str(value)[:20]}; it has to be at least 1.")
    return int(value)


def _numbers(parts: dict[str, list[object]], name: str) -> frozenset[int]:
    low, high, from_the_end = RANGES[name]
    values = parts.get(name, [])
    for value in values:
        fits = isinstance(value, int) and (low <= value <= high or (from_the_end and -high <= value <= -low))
        # A leap month ("5L") is an int to the library, and belongs to calendars other than ours.
        if not fits or getattr(value, "leap", False):
            raise RuleRefused(
                f"Its rule has {name}={str(value)[:20]}, which does not exist. Correct it and import again."
            )
    return frozenset(int(value) for value in values if isinstance(value, int))


def _until(value: object, wall: Callable[[datetime], datetime]) -> datetime | None:
    if isinstance(value, datetime):
        return wall(value) if value.tzinfo else value
    if isinstance(value, date):
        return datetime.combine(value, time.max)
    if value is None:
        return None
    raise RuleRefused("Its rule has an end (UNTIL) that is no date. Correct it and import again.")
