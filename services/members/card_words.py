"""The words on a card: plain English ones, none that is sad or frightening to read off one's own card.

The list is that of BIP 39, whose words differ in their first four letters, without those left out below.
"""

import secrets
from functools import cache
from pathlib import Path

from mnemonic import Mnemonic

WORDS_A_CARD = 3
DIGITS_A_CARD = 6

# Crime, force, drugs, drink, money trouble, illness, death, faith, the body, scolding; and what is hard to spell.
LEFT_OUT = frozenset(Path(__file__).with_name("card_words_left_out.txt").read_text(encoding="utf-8").split())


def new_words() -> str:
    """Three words and six digits, as they are printed."""
    words = [secrets.choice(card_words()) for _ in range(WORDS_A_CARD)]
    return f"{' '.join(words)} {secrets.randbelow(10**DIGITS_A_CARD):0{DIGITS_A_CARD}}"


@cache
def card_words() -> tuple[str, ...]:
    """Every word that may stand on a card."""
    return tuple(word for word in Mnemonic("english").wordlist if word not in LEFT_OUT)
