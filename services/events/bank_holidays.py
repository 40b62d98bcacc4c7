"""Which days are bank holidays."""

from collections.abc import Iterable
from datetime import date

from holidays import country_holidays


def bank_holidays(days: Iterable[date], where: str) -> dict[date, str]:
    """Those of the days that are, and what they are called; `where` is an ISO 3166 code such as `GB-ENG`."""
    country, _, part = where.partition("-")
    known = country_holidays(country, subdiv=part or None)
    return {day: known[day] for day in days if day in known}
