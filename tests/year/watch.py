"""What is checked, how often it was looked at, and what was done before it was found broken."""

from collections import Counter, deque
from dataclasses import dataclass, field
from enum import StrEnum

LAST_STEPS = 15


class Promise(StrEnum):
    """What must be so at any time."""

    CAPACITY = "never over capacity"
    COUNTS = "counts equal rows"
    AGREED = "no yes on a date nobody agreed to"
    ANSWERS = "every answer is as it was said"
    LINE = "nobody is lost from a line, or put into one"
    OFFERS = "every offer is honoured, let go or withdrawn"
    TIMES = "no offer past its time, at night or after the start"
    ORDER = "who is next in line is asked next"
    ROOM = "no place stays free while somebody waits who fits"
    ONCE = "no date is there twice"
    THERE = "no date is lost after an edit"
    ON = "what is on is what the rule gives and nobody called off"
    CLOCK = "every date begins when the clock on the wall says"
    HIDDEN = "nobody else sees a hidden group"
    ATTENDANCE = "no answer is kept for more than 30 days after the evening"


class Broken(AssertionError):
    """A promise that was not kept."""


@dataclass
class Watch:
    """`looked` counts how often each promise was looked at; `did` what was done or refused; `last` the latest steps."""

    looked: Counter[Promise] = field(default_factory=Counter)
    did: Counter[str] = field(default_factory=Counter)
    last: deque[str] = field(default_factory=lambda: deque(maxlen=LAST_STEPS))

    def check(self, promise: Promise, kept: bool, words: str = "") -> None:  # it reads like assert
        self.looked[promise] += 1
        if not kept:
            raise Broken(f"{promise}: {words}")

    def note(self, what: str, words: str = "") -> None:
        self.did[what] += 1
        self.last.append(f"{what} {words}".strip())
