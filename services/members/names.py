"""What somebody is called: any characters they like, kept so that they break no page they are shown on.

A name is one line in Unicode's composed form (NFC), of at most eighty characters as a reader counts them: an accent, a
skin tone and what a joiner ties on belong to the letter before. What nobody sees is taken out: control characters, lone
surrogates, and the marks that turn or isolate a stretch of text, which could turn the rest of the page too.
Right-to-left letters need none of those. Joiners and single direction marks stay: emoji and names have them inside.
"""

import re
import unicodedata

from services.members.errors.files import UnusableName

LONGEST = 80
# Written out, a family of four is seven code points, and one letter can bear many marks.
LONGEST_WRITTEN = 10 * LONGEST
MOST_MARKS = 8

# What somebody is called until they say what they like to be called: a name is not needed to take part.
NAMELESS = "Member"

JOINER = "\u200d"
SKIN_TONES = range(0x1F3FB, 0x1F400)
FLAG_TAGS = range(0xE0020, 0xE0080)
KEPT_UNSEEN = {"\u200c", JOINER, "\u200e", "\u200f", "\u061c"}
UNSEEN = {"Cc", "Cs", "Cf"}
MARKS = {"Mn", "Mc", "Me"}

INNER_QUOTES = str.maketrans("«»", "\u2039\u203a")
# What stands between these two turns nothing outside of them.
ISOLATE, END = "\u2068", "\u2069"


def tidied(text: str) -> str:
    """The name as it is kept, empty when there is nothing to see in it; raises UnusableName."""
    # Looked at first: nothing else is done with what is far too long.
    if len(text) > LONGEST_WRITTEN:
        raise too_long()
    seen = "".join(each for each in " ".join(text.split()) if not _is_unseen(each))
    name = unicodedata.normalize("NFC", " ".join(seen.split()))
    length = _length(name)
    if length > LONGEST:
        raise too_long()
    if _has_a_tower(name):
        raise UnusableName(f"One letter of that name has more than {MOST_MARKS} marks on it. Write it with fewer.")
    return name if length else ""


def quoted(name: str) -> str:
    """A name within a sentence of ours, «Member 7», so that a name like «the office» is not taken for our own words."""
    return f"«{ISOLATE}{name.translate(INNER_QUOTES)}{END}»"


def too_long() -> UnusableName:
    return UnusableName(f"The name is longer than {LONGEST} characters. Write a shorter one.")


def _is_unseen(character: str) -> bool:
    kept = character in KEPT_UNSEEN or ord(character) in FLAG_TAGS
    return unicodedata.category(character) in UNSEEN and not kept


def _length(name: str) -> int:
    """How many characters a reader counts."""
    before = ["", *list(name)]
    return sum(not _belongs_before(each) and last != JOINER for last, each in zip(before, name, strict=False))


def _belongs_before(character: str) -> bool:
    return unicodedata.category(character) in MARKS | UNSEEN or ord(character) in SKIN_TONES


def _has_a_tower(name: str) -> bool:
    """Whether marks are piled so high on one letter that they cover the lines above."""
    shape = "".join("m" if unicodedata.category(each) in MARKS else " " for each in name)
    return re.search("m" * (MOST_MARKS + 1), shape) is not None
