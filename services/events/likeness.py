"""How alike two sentences are, whatever the order of their words and their endings. No language is assumed."""

import re
import unicodedata
from collections.abc import Iterable

ALIKE = 0.35
WORDS = re.compile(r"\w+")
# A word begins with two blanks and ends with one, so that its beginning weighs more than its end.
BEFORE, AFTER = "  ", " "


def likeness(one: str, other: str) -> float:
    """From 0, nothing in common, to 1, the same words: what they share of their words' runs of three letters."""
    mine, theirs = _threes(one), _threes(other)
    return 2 * len(mine & theirs) / (len(mine) + len(theirs)) if mine and theirs else 0.0


def most_alike[T](words: str, among: Iterable[tuple[str, T]], at_most: int) -> list[T]:
    """Those whose words are alike, the most alike first; of equals, the earlier."""
    scored = ((likeness(words, others), it) for others, it in among)
    alike = sorted((pair for pair in scored if pair[0] >= ALIKE), key=lambda pair: -pair[0])
    return [it for _, it in alike[:at_most]]


def _threes(text: str) -> set[str]:
    """Without capitals and accents. What has no word at all, an emoji for one, is a word itself."""
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", text.casefold()) if not _is_mark(letter))
    words = WORDS.findall(bare) or [bare.strip()]
    padded = (f"{BEFORE}{word}{AFTER}" for word in words if word)
    return {word[at : at + 3] for word in padded for at in range(len(word) - 2)}


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter) == "Mn"
