"""Dates and times as people say them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from services.web.apis.programme import Occurrence
from shared.clock_words import time_words

# What ends before this hour of the morning still belongs to the evening before.
NIGHT_ENDS = 6


@dataclass(frozen=True)
class Day:
    """A day and what is on."""

    date: date
    words: str
    occurrences: list[Occurrence]


def days_of(occurrences: Iterable[Occurrence], today: date) -> list[Day]:
    """Occurrences by the day they begin on, in their order."""
    return [
        Day(day, day_words(day, today), list(those))
        for day, those in groupby(occurrences, key=lambda each: each.starts.date())
    ]


def day_words(day: date, today: date) -> str:
    """Today, Thursday 26 November. A year is told only when it is another than this."""
    words = f"{day:%A} {day.day} {day:%B}"
    if day.year != today.year:
        words += f" {day.year}"
    if day == today:
        return f"Today, {words}"
    return f"Tomorrow, {words}" if day == today + timedelta(days=1) else words


def span_words(occurrence: Occurrence, today: date) -> str:
    """From when to when, without the day it begins on."""
    starts, ends = occurrence.starts, occurrence.ends
    if occurrence.all_day:
        # The end of a whole day is the midnight after it.
        last = (ends - timedelta(microseconds=1)).date()
        return "All day" if last <= starts.date() else f"All day, until {day_words(last, today)}"
    if ends <= starts:
        return time_words(starts)
    same_evening = ends.date() == starts.date() + timedelta(days=1) and ends.hour < NIGHT_ENDS
    if ends.date() == starts.date() or same_evening:
        return f"{time_words(starts)} to {time_words(ends)}"
    return f"{time_words(starts)}, until {day_words(ends.date(), today)}, {time_words(ends)}"
