"""The practical things that decide whether somebody can come. What nobody has said is said to be unknown."""

from collections.abc import Mapping

from services.web.apis.programme import Said

PRACTICAL = {
    "meeting_point": "Meeting point",
    "food": "Food",
    "fare": "Help with the fare",
    "step_free": "Step-free",
    "dogs": "Dogs welcome",
    "charging": "Phone charging",
    "quiet_space": "Quiet space",
    "wifi": "Wi-Fi",
    "warm": "Warm",
}
KNOWN = {"yes": "Yes", "no": "No", "dont_know": "We don't know"}


def said_of(card: Mapping[str, Said]) -> dict[str, str]:
    """What is known of each thing, in the words of a page; a note on what is not known is shown too."""
    told = {name: words for name, words in PRACTICAL.items() if name in card and not _is_unknown(card[name])}
    return {words: ": ".join(filter(None, (KNOWN[card[name].known], card[name].note))) for name, words in told.items()}


def unknown_of(card: Mapping[str, Said]) -> list[str]:
    """What nobody has said a word about."""
    return [words for name, words in PRACTICAL.items() if name not in card or _is_unknown(card[name])]


def _is_unknown(said: Said) -> bool:
    return said.known == "dont_know" and not said.note
