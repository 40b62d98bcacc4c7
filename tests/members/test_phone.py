from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.members.errors.files import UnusableAddress
from services.members.phone import as_told, textable


@given(st.integers(900_000, 900_999), st.sampled_from(["{}", "+44 7700 {}", "+44 (0)7700 {}", "0044 7700-{}"]))
def test_the_numbers_for_drama_are_taken_as_people_write_them(n: int, shape: str):
    written = f"+447700{n}" if shape == "{}" else shape.format(n)
    assert textable(written, "") == f"+447700{n}"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (" +44 7911 123456 ", "+447911123456"),
        ("+353 85 123 4567", "+353851234567"),
        ("+1 202 555 0123", "+12025550123"),
        ("\u202a+447911123456\u202c", "+447911123456"),
    ],
)
def test_other_numbers_of_phones_that_texts_reach(written: str, read: str):
    assert textable(written, "") == read


@pytest.mark.parametrize("written", ["07700 900123", "7700900123", "447700900123", "(07700) 900 123"])
def test_a_number_without_its_country_is_refused(written: str):
    with pytest.raises(UnusableAddress, match=r"with its country, like \+44 7700 900123"):
        textable(written, "")


@pytest.mark.parametrize("written", ["07700 900123", "447700900123", "+447700900123"])
def test_a_programme_may_say_whose_numbers_those_are(written: str):
    assert textable(written, "GB") == "+447700900123"


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("+44 20 7946 0123", "landline"),
        ("+44 70 1234 5678", "070"),
        ("+44 909 879 0123", "costs extra"),
        ("+44 800 1111", "do not reach"),
        ("+44 7700 90012345", "too long"),
        ("+44 770 09", "no such"),
        ("+44 77009", "no such"),
        ("+999 123456789", "country"),
        ("4.47701E+11", "spreadsheet"),
        ("ask Member 7", "not a phone number"),
        ("", "not a phone number"),
        ("+", "not a phone number"),
    ],
)
def test_a_number_that_no_text_can_reach_is_refused_with_the_reason(written: str, why: str):
    with pytest.raises(UnusableAddress, match=why):
        textable(written, "")


@given(st.text(max_size=40), st.sampled_from(["", "GB", "US"]))
def test_whatever_is_written_is_read_or_refused(text: str, region: str):
    with suppress(UnusableAddress):
        assert textable(textable(text, region), "") == textable(text, region)


@pytest.mark.parametrize(
    ("sender", "read"),
    [("+44 7700 900123", "+447700900123"), ("+442079460123", "+442079460123"), ("60006", "60006"), (" Bank ", "Bank")],
)
def test_any_sender_can_be_told_from_any_other(sender: str, read: str):
    assert as_told(sender) == read
