"""Words that fit one text message: 160 septets of the GSM alphabet (3GPP TS 23.038), and no letter outside of it.

One curly quote would make a text of 160 characters two of 70.
"""

import unicodedata
from collections.abc import Callable
from datetime import datetime

SEGMENT = 160
SHORTEST_TITLE = 6
NOON = 12

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€")
# Curly quotes, long dashes, the ellipsis, and spaces of other kinds.
ALIKE = {0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"', 0x2013: "-", 0x2014: "-", 0x2026: "...", 0xA0: " ", 9: " "}


def septets(text: str) -> int:
    """How much room a text takes, if it is in the alphabet."""
    return sum(2 if letter in EXTENDED else 1 for letter in text)


def plain(text: str) -> str:
    """The same in the alphabet: accents go where they must, and what has no likeness goes altogether."""
    return "".join(_plain(letter) for letter in text.translate(ALIKE))


def _plain(letter: str) -> str:
    if letter in BASIC or letter in EXTENDED:
        return letter
    return "".join(part for part in unicodedata.normalize("NFKD", letter) if part in BASIC)


def shortened(title: str, room: int) -> str:
    """A title cut to a number of characters, with a dot that says so."""
    return title if len(title) <= room else title[: room - 1].rstrip() + "."


def fitted(build: Callable[[int], str], longest: int) -> str:
    """The words that `build` makes with titles of at most so many characters, for the longest titles that fit."""
    for room in range(longest, SHORTEST_TITLE, -1):
        words = build(room)
        if septets(words) <= SEGMENT:
            return words
    return build(SHORTEST_TITLE)


def when(starts: datetime, *, all_day: bool = False) -> str:
    """Thu 26 Nov 6.30pm."""
    day = f"{starts:%a} {starts.day} {starts:%b}"
    if all_day:
        return day
    hour = starts.hour % NOON or NOON
    minutes = f".{starts.minute:02d}" if starts.minute else ""
    return f"{day} {hour}{minutes}{'am' if starts.hour < NOON else 'pm'}"
