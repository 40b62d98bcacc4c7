"""How many parts a text takes, at the edges where it changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.simulator.segments import GSM_7, UCS_2, count, encoding_of


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),  # An extended character takes two places of 160.
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 152, 3),  # It may not lie across the seam of 153: 152 + hole, € + 151, 1.
        ("a" * 151 + "€" + "a" * 153, 2),
        ("€" * 153, 3),  # 76 fit in a part, one place stays empty.
        ("ŵ" * 70, 1),
        ("ŵ" * 71, 2),
        ("ŵ" * 134, 2),
        ("ŵ" * 135, 3),
        ("a" * 69 + "ŵ", 1),  # One character outside GSM-7 makes the whole text UCS-2.
        ("a" * 70 + "ŵ", 2),
        ("🎲" * 35, 1),
        ("🎲" * 36, 2),
        ("🎲" * 67, 3),  # A pair may not lie across the seam of 67: 33 fit in a part.
        ("\N{RIGHT SINGLE QUOTATION MARK}", 1),
        ("a" * 70 + "\N{RIGHT SINGLE QUOTATION MARK}", 2),
    ],
)
def test_parts(text: str, parts: int):
    assert count(text) == parts


def test_the_alphabet_has_every_ordinary_character():
    assert encoding_of("Àll? No: à, £5 @ 18:30, É Ö ñ ß Δ [x] {y} ~ ^ | \\ €\n") is UCS_2
    assert encoding_of("à, £5 @ 18:30, É Ö ñ ß Δ [x] {y} ~ ^ | \\ €\n") is GSM_7
    assert encoding_of("`") is UCS_2


@given(st.text(alphabet="aŵ€🎲\N{RIGHT SINGLE QUOTATION MARK}^", max_size=400), st.sampled_from("aŵ€🎲"))
def test_a_longer_text_never_takes_fewer_parts(text: str, more: str):
    assert 1 <= count(text) <= count(text + more)
