"""What everybody in a draw is told of it, in plain words."""

from collections.abc import Sequence
from fractions import Fraction

from services.events.draw import Candidate
from services.events.draw_quotas import Quota
from services.events.draw_record import in_words

NTH = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def receipt(*, wanted: int, places: int, quotas: Sequence[Quota], turns: int, chance: Fraction, became: str) -> str:
    """One person's: how many wanted it, what their chance was and why, and what became of it."""
    return (
        f"{_many(wanted, 'person', 'people')} wanted {_many(places, 'place', 'places')}. "
        f"Your chance was {in_words(chance)}, because {_because(turns, quotas)}. {became}"
    )


def nth(reserve: int) -> str:
    """How one says which reserve somebody is, counted from 1."""
    return NTH[reserve - 1] if reserve <= len(NTH) else f"number {reserve}"


def _because(turns: int, quotas: Sequence[Quota]) -> str:
    tickets = Candidate(0, turns, {}).tickets
    had = _many(turns, "place", "places") if turns else "no place"
    weight = f"you were drawn for {had} in the last 24 months, which gives you {tickets} tickets (60 is the most)"
    return f"{weight}, and the draw asked for {', '.join(map(str, quotas))}" if quotas else weight


def _many(count: int, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}"
