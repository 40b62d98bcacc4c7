"""QR codes, as pictures that stand in the page itself: nothing has to be fetched, and nothing is kept."""

import segno
from markupsafe import Markup

# The white around it that readers need.
QUIET = 4


def square(text: str) -> Markup:
    """A QR code as SVG, black on white also where the page is dark."""
    drawn = segno.make_qr(text).svg_inline(
        omitsize=True, border=QUIET, dark="#000", light="#fff", svgclass="square", lineclass=None
    )
    return Markup(drawn)  # noqa: S704 - segno draws it, and of the text nothing stands in it
