"""What a text wants. Exact words only, and a slip of the finger in long ones: whatever is in doubt is asked about.

"know" is near "no", "shop" near "stop" and "stop by" begins with it, so nothing short is ever taken for something near.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from services.chat.wishes import Change, change_in

# The provider takes CANCEL, END and QUIT for STOP, so they can mean nothing else here.
STOP = frozenset(
    {
        "stop",
        "stopall",
        "stop all",
        "unsubscribe",
        "cancel",
        "end",
        "quit",
        "optout",
        "opt out",
        "revoke",
        "stop please",
        "stop pls",
        "please stop",
        "pls stop",
        "stop texts",
        "stop the texts",
        "stop all texts",
        "stop messages",
        "stop texting",
        "stop texting me",
        "please stop texting me",
        "pls stop texting me",
        "stop texting me please",
        "stop texting me pls",
        "stop messaging me",
    }
)
START = frozenset({"start", "unstop", "start again", "start please", "please start"})
# Somebody may mean these as a cry; what they are answered speaks to that as well.
HELP = frozenset({"help", "info", "help me", "please help", "help please", "please help me"})
MORE = frozenset({"more", "more please", "more help", "help more", "help 2"})
WHATS_ON = frozenset(
    {
        "whats on",
        "what is on",
        "whatson",
        "whats on please",
        "whats on this week",
        "whats on tonight",
        "whats on next",
    }
)
SIGN_IN = frozenset({"login", "log in", "log me in", "log on", "logon", "sign in", "signin", "sign me in", "sign on"})
COMING = frozenset(
    {
        "yes",
        "y",
        "yep",
        "yeah",
        "yes please",
        "yes pls",
        "coming",
        "im coming",
        "i am coming",
        "yes im coming",
        "going",
        "im going",
        "ill be there",
        "i will be there",
        "im in",
        "count me in",
    }
)
NOT_COMING = frozenset(
    {
        "no",
        "n",
        "nope",
        "nah",
        "no thanks",
        "no thank you",
        "no sorry",
        "sorry no",
        "not coming",
        "im not coming",
        "i am not coming",
        "no im not coming",
        "not going",
        "im not going",
        "cant come",
        "i cant come",
        "cant make it",
        "i cant make it",
        "sorry cant make it",
        "sorry cant come",
    }
)
WAIT = frozenset({"wait", "wait please", "please wait", "ill wait", "i will wait", "wait list", "waitlist"})
THANKS = frozenset({"thanks", "thank you", "thx", "ta", "cheers", "ok", "okay", "ok thanks", "okay thanks", "great"})

# Long words in which one slip is forgiven: a letter wrong, missing, doubled, or two that changed places.
FORGIVEN = ("coming", "whats")
SHORTEST_FORGIVEN = 5

STOPPING = frozenset({"stop", "stopall", "unsubscribe", "cancel", "quit", "optout"})
ANSWERING = frozenset({"yes", "no", "yep", "nope", "coming", "wait"})
# Straight, curly either way, and the accents that people type for them.
APOSTROPHES = frozenset("'`\u2019\u2018\u00b4\u02bc")
# Up to so many words, something that holds one of those is more likely a command gone wrong than a remark.
SHORT = 5
LIST_NUMBER_DIGITS = 2
# What somebody gets for a remark, to read its answer with.
RECEIPT_DIGITS = 16
FEW = 3


class Wish(Enum):
    STOP = auto()
    START = auto()
    HELP = auto()
    MORE = auto()
    WHATS_ON = auto()
    SIGN_IN = auto()
    COMING = auto()
    NOT_COMING = auto()
    WAITING = auto()
    CHANGE = auto()
    NUMBER = auto()
    RECEIPT = auto()
    THANKS = auto()
    REMARK = auto()
    NOTHING = auto()
    MAYBE_STOP = auto()
    MAYBE_ANSWER = auto()
    UNCLEAR = auto()


@dataclass(frozen=True)
class Understood:
    """A wish, and the number of a list it speaks of, or what it would change."""

    wish: Wish
    number: int | None = None
    change: Change | None = None


EXACT = (
    (STOP, Wish.STOP),
    (START, Wish.START),
    (HELP, Wish.HELP),
    (MORE, Wish.MORE),
    (WHATS_ON, Wish.WHATS_ON),
    (SIGN_IN, Wish.SIGN_IN),
    (THANKS, Wish.THANKS),
)
ANSWERS = ((COMING, Wish.COMING), (NOT_COMING, Wish.NOT_COMING), (WAIT, Wish.WAITING))


def understand(text: str) -> Understood:
    """What a text wants."""
    words = words_of(text)
    if not words:
        return Understood(Wish.NOTHING)
    if set(words) == {"stop"}:
        return Understood(Wish.STOP)
    if _is_receipt("".join(words)):
        return Understood(Wish.RECEIPT)
    change = change_in(words)
    if change is not None:
        return Understood(Wish.CHANGE, change=change)
    return _exact(words) or _answer(words) or _slipped(words) or _in_doubt(words) or Understood(Wish.REMARK)


def words_of(text: str) -> list[str]:
    """The words, whatever their case, their signs, and what a keyboard hides between them."""
    letters = []
    for letter in unicodedata.normalize("NFKC", text).casefold():
        if letter in APOSTROPHES or unicodedata.category(letter) in ("Cf", "Mn"):
            continue
        letters.append(letter if letter.isalnum() else " ")
    return "".join(letters).split()


def _exact(words: Sequence[str]) -> Understood | None:
    said = " ".join(words)
    return next((Understood(wish) for phrases, wish in EXACT if said in phrases), None)


def _answer(words: Sequence[str]) -> Understood | None:
    number = _number(words[-1])
    said = " ".join(words if number is None else words[:-1])
    if not said:
        return Understood(Wish.NUMBER, number)
    return next((Understood(wish, number) for phrases, wish in ANSWERS if said in phrases), None)


def _slipped(words: Sequence[str]) -> Understood | None:
    mended = [_mended(word) for word in words]
    if mended == list(words):
        return None
    said = " ".join(mended)
    return Understood(Wish.WHATS_ON) if said in WHATS_ON else _answer(mended)


def _in_doubt(words: Sequence[str]) -> Understood | None:
    if len(words) <= SHORT:
        if STOPPING.intersection(words):
            return Understood(Wish.MAYBE_STOP)
        if ANSWERING.intersection(words) or (len(words) <= FEW and _number(words[0]) is not None):
            return Understood(Wish.MAYBE_ANSWER)
    return Understood(Wish.UNCLEAR) if len(words) == 1 else None


def _is_receipt(said: str) -> bool:
    return said.isascii() and said.isdigit() and len(said) == RECEIPT_DIGITS


def _number(word: str) -> int | None:
    return int(word) if word.isascii() and word.isdigit() and len(word) <= LIST_NUMBER_DIGITS else None


def _mended(word: str) -> str:
    if len(word) < SHORTEST_FORGIVEN:
        return word
    return next((meant for meant in FORGIVEN if one_slip_apart(word, meant)), word)


def one_slip_apart(one: str, other: str) -> bool:
    """Whether one letter wrong, missing or too many, or two neighbours swapped, makes one of the other."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    a, b = one[start:], other[start:]
    swapped = a[:2] == b[1::-1] and a[2:] == b[2:]
    return swapped or a[1:] == b[1:] or a[1:] == b or a == b[1:]
