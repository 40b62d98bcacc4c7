"""Which words opt a phone out or in, as Twilio does it for a long number without Advanced Opt-Out."""

import re
from dataclasses import dataclass, field
from typing import Literal

OptOutType = Literal["STOP", "START", "HELP"]

OUT = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"})
IN = frozenset({"START", "UNSTOP"})
IN_WHEN_OUT = frozenset({"YES"})
"""YES is an everyday answer: it opts in only a phone that had opted out."""
HELP = frozenset({"HELP", "INFO"})

ANSWERS: dict[OptOutType, str] = {
    "STOP": "You have successfully been unsubscribed. You will not receive any more messages from this number. "
    "Reply START to resubscribe.",
    "START": "You have successfully been re-subscribed to messages from this number. Reply HELP for help. "
    "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
    "HELP": "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
}

NUMBER = re.compile(r"\+[1-9]\d{6,14}")


def is_number(text: str) -> bool:
    """Whether this is a phone number with its country, as +447700900123."""
    return NUMBER.fullmatch(text) is not None


@dataclass(frozen=True)
class Heard:
    """What the network made of a text: the kind it passes on, and what it answers by itself."""

    kind: OptOutType | None = None
    answer: str | None = None


@dataclass
class OptOuts:
    """The phones that want nothing from this number."""

    numbers: set[str] = field(default_factory=set)

    def hear(self, number: str, text: str) -> Heard:
        """Take note of a text from a phone. Only a single word counts: STOP PLEASE is ordinary talk."""
        word = text.strip().upper()
        out = number in self.numbers
        if word in OUT:
            self.numbers.add(number)
            # Whoever is out already is told nothing more, not even that.
            return Heard("STOP", None if out else ANSWERS["STOP"])
        if word in IN or (out and word in IN_WHEN_OUT):
            self.numbers.discard(number)
            return Heard("START", ANSWERS["START"])
        if word in HELP:
            return Heard("HELP", None if out else ANSWERS["HELP"])
        return Heard()
