"""Cards as they come out of a printer, read again by a camera's eyes."""

import pytest
from PIL import Image, ImageChops, ImageDraw
from pypdfium2 import PdfDocument
from zxingcpp import BarcodeFormat, read_barcodes

from deploy.local.card_sheets import PrintedCard, card_sheets

WORDS = "river apple stone 482913"
A_PHONE, A_FAX = 150, 75


def card(n: int, name: str = "") -> PrintedCard:
    return PrintedCard(name or f"Member {n}", f"https://evenings.example.org/in#card.{n:022}", WORDS)


def pages(cards: list[PrintedCard], dots_per_inch: int = A_PHONE) -> list[Image.Image]:
    return [page.render(scale=dots_per_inch / 72).to_pil().convert("L") for page in PdfDocument(card_sheets(cards))]


def text(pdf: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_bounded() for page in PdfDocument(pdf))


def read(page: Image.Image) -> list[str]:
    return [found.text for found in read_barcodes(page, formats=BarcodeFormat.QRCode)]


def in_black_and_white(page: Image.Image) -> Image.Image:
    return page.convert("1", dither=Image.Dither.NONE).convert("L")


def torn(page: Image.Image, part: float) -> Image.Image:
    """The page without the lower right corner of each square: this part of its area."""
    left = page.copy()
    for found in read_barcodes(page, formats=BarcodeFormat.QRCode):
        start, end = found.position.top_left, found.position.bottom_right
        side = (end.x - start.x) * part**0.5
        ImageDraw.Draw(left).rectangle((end.x - side, end.y - side, end.x + 2, end.y + 2), fill=255)
    return left


def test_nine_cards_are_two_sheets_and_every_square_opens_what_it_should():
    cards = [card(n) for n in range(9)]
    first, second = pages(cards)
    assert sorted(read(first) + read(second)) == [it.link for it in cards]
    assert len(read(second)) == 1


def test_a_square_is_read_from_a_bad_copy_in_black_and_white():
    (page,) = pages([card(7), card(8)], A_FAX)
    assert sorted(read(in_black_and_white(page))) == [card(7).link, card(8).link]


def test_a_square_is_read_with_a_corner_torn_off():
    (page,) = pages([card(7)])
    assert read(torn(page, 0.15)) == [card(7).link]
    assert read(torn(page, 0.5)) == [], "that much is too much, so something was torn indeed"


def test_a_card_is_as_big_as_a_bank_card():
    (page,) = pages([card(n) for n in range(8)], 254)
    places = [it.position.top_left for it in read_barcodes(page, formats=BarcodeFormat.QRCode)]
    xs, ys = sorted(place.x for place in places), sorted(place.y for place in places)
    assert (xs[-1] - xs[0], ys[-1] - ys[0]) == (pytest.approx(856, abs=8), pytest.approx(3 * 540, abs=8))


def test_a_card_says_whose_it_is_how_to_use_it_and_nothing_else():
    said = text(card_sheets([card(7)])).replace("\u200b", "")
    assert "".join(said.split()) == (
        "Member7riverapplestone482913Thiscardletsyouin.Keepitlikeakey.Nocamera?Typethesewordsinatevenings.example.org/in"
    )


def test_the_file_is_tagged_for_who_has_it_read_out():
    pdf = card_sheets([card(7)])
    assert PdfDocument(pdf).is_tagged()
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
    assert b"/Lang(en)" in pdf


@pytest.mark.parametrize("name", ["Zoë", "محمد", "李", "👩🏽‍🦽", "W" * 80, "#image(1) *x* \\ $", "Anne " * 16])
def test_whatever_somebody_is_called_their_card_works(name: str):
    (page,) = pages([card(7, name), card(8)])
    assert sorted(read(page)) == [card(7).link, card(8).link]


def test_a_long_name_hides_nothing():
    (short,), (long,) = pages([card(7)]), pages([card(7, "Anne " * 16)])
    _, top, _, end = ImageChops.difference(short, long).getbbox() or (0, 0, 0, 0)
    assert 0 < end - top < 25, "but for one line of them, the two are the same"


def test_two_hundred_cards_are_twenty_five_sheets():
    assert len(PdfDocument(card_sheets([card(n) for n in range(200)]))) == 25
