"""How many parts a text is sent in: GSM-7 where every character allows it, UCS-2 otherwise."""

from dataclasses import dataclass

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")
"""These take two places each, an escape and the character."""
LAST_OF_ONE_UNIT = 0xFFFF
"""Characters beyond this one, most emoji among them, take two units of UCS-2."""


@dataclass(frozen=True)
class Encoding:
    """How many units fit in a text sent alone, and in each part of a longer one (the rest numbers the parts)."""

    name: str
    alone: int
    part: int


GSM_7 = Encoding("GSM-7", alone=160, part=153)
UCS_2 = Encoding("UCS-2", alone=70, part=67)


def encoding_of(text: str) -> Encoding:
    return GSM_7 if all(letter in BASIC or letter in EXTENDED for letter in text) else UCS_2


def count(text: str) -> int:
    """The number of parts the network carries for `text`; an empty text is one part."""
    encoding = encoding_of(text)
    widths = [_width(letter, encoding) for letter in text]
    if sum(widths) <= encoding.alone:
        return 1
    parts, used = 1, 0
    for width in widths:
        # A character of two units may not lie across a seam, so it moves to the next part and leaves a hole.
        if used + width > encoding.part:
            parts, used = parts + 1, 0
        used += width
    return parts


def _width(letter: str, encoding: Encoding) -> int:
    if encoding is GSM_7:
        return 2 if letter in EXTENDED else 1
    return 2 if ord(letter) > LAST_OF_ONE_UNIT else 1
