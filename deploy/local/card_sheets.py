"""Paper cards as sheets of A4 to print and cut: who finds one learns a way in, and not into what."""

import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

import segno
import typst

TEMPLATE = Path(__file__).with_name("card.typ")
# Read out to who does not see the page (ISO 14289-1). It asks that every letter can be drawn.
ACCESSIBLE: Final = "ua-1"
# A code of this level is read with a quarter of it gone: a card lives in a pocket.
CORRECTION = "q"
QUIET_MODULES = 4


class PrintedCard(NamedTuple):
    """What stands on one card: the link for its QR code, and the words for who has no camera."""

    name: str
    link: str
    words: str


def card_sheets(cards: Iterable[PrintedCard]) -> bytes:
    """A PDF of these cards, eight to a page, in their order."""
    sheets = typst.Compiler(TEMPLATE, sys_inputs={"cards": json.dumps([_on_the_card(card) for card in cards])})
    try:
        pdf = sheets.compile(format="pdf", pdf_standards=ACCESSIBLE)
    except typst.TypstError:
        # No font here has some letter of a name. Its owner needs a card all the same, with a box in that place.
        pdf = sheets.compile(format="pdf")
    assert isinstance(pdf, bytes)
    return pdf


def _on_the_card(card: PrintedCard) -> dict[str, object]:
    *words, digits = card.words.split()
    half = len(digits) // 2
    return {
        "name": card.name,
        "words": words,
        "digits": f"{digits[:half]} {digits[half:]}",
        "address": card.link.partition("#")[0].partition("://")[2],
        "square": _square(card.link),
    }


def _square(link: str) -> str:
    """The QR code as SVG, with the white around it that a camera needs."""
    drawing = io.BytesIO()
    segno.make(link, error=CORRECTION, boost_error=False, micro=False).save(
        drawing, kind="svg", border=QUIET_MODULES, xmldecl=False
    )
    return drawing.getvalue().decode()
