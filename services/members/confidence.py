"""How sure we are that an address is still its owner's.

Numbers are given up and sold again, so what counts is a sign of life from the address itself: a text written from it,
or a code sent there and entered. That we delivered to it is none: whoever has it now receives too. Confidence halves
with every 90 days of silence. Below a half, an address is stale: what all may read may still be sent there, but it
opens nothing and says nobody's name.
"""

from datetime import datetime, timedelta

HALF_LIFE = timedelta(days=90)
ENOUGH = 0.5


def confidence(confirmed_at: datetime, now: datetime) -> float:
    """From 1, just heard from, down to 0."""
    return float(0.5 ** (max(now - confirmed_at, timedelta()) / HALF_LIFE))


def is_stale(confirmed_at: datetime, *, failed: bool, now: datetime) -> bool:
    """Whether an address needs a second proof before it opens anything."""
    return failed or confidence(confirmed_at, now) < ENOUGH
