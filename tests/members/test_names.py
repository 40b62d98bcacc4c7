"""One name, any characters, and no page that breaks on it (people.md P13, D14)."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.members.errors.files import UnusableName
from services.members.names import LONGEST, LONGEST_WRITTEN, MOST_MARKS, quoted, tidied

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
SCOTLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"
TURNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.mark.parametrize(
    "name",
    ["J", "Zoë", "O'Brien-Ní Dhónaill", "李", "محمد", "שרה", "می‌خواهم", "נא\u200fמ", "राधिका", "👋🏾", FAMILY, SCOTLAND, "x" * 80],
)  # fmt: skip
def test_names_stay_as_they_are(name: str):
    assert tidied(name) == name


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  Zoë \t of\nthe  hill ", "Zoë of the hill"),
        ("Zoe\u0308", "Zoë"),
        ("Me\0mber\x1b[2J \x7f7", "Member[2J 7"),
        ("Member\u20287", "Member 7"),
        ("Mem\u200bber\ufeff 7\u00ad", "Member 7"),
        ("Member \ud800 7", "Member 7"),
        (f"Mem{TURNS}ber 7", "Member 7"),
        ("", ""),
        (" \t\r\n", ""),
        ("\u200d\u200f", ""),
    ],
)
def test_what_nobody_sees_is_taken_out(written: str, kept: str):
    assert tidied(written) == kept


@pytest.mark.parametrize("name", [FAMILY * 80, "e\u0301" * 80, "👋🏾" * 80])
def test_eighty_characters_are_counted_as_a_reader_counts_them(name: str):
    if len(name) <= LONGEST_WRITTEN:
        assert tidied(name) == unicodedata.normalize("NFC", name)
    with pytest.raises(UnusableName, match="longer than 80 characters"):
        tidied(name + "x")


@pytest.mark.parametrize("name", ["x" * 81, "x" * 10_000, "e" + "\u0301" * 10_000, "\u200d" * 10_000])
def test_a_name_that_is_far_too_long_is_refused_politely(name: str):
    with pytest.raises(UnusableName, match="Write a shorter one"):
        tidied(name)


def test_a_tower_of_marks_is_refused():
    assert tidied("x" + "\u0301" * MOST_MARKS)
    with pytest.raises(UnusableName, match="more than 8 marks"):
        tidied("x" + "\u0301" * (MOST_MARKS + 1))


@given(st.text(max_size=100))
def test_a_name_that_was_kept_is_kept_again_and_breaks_nothing(written: str):
    try:
        name = tidied(written)
    except UnusableName:
        return
    assert tidied(name) == name
    assert name.encode().decode() == name
    assert not set(name) & set(TURNS)
    assert not any(unicodedata.category(each) in {"Cc", "Cs", "Zl", "Zp"} for each in name)
    assert len(name) <= LONGEST_WRITTEN


@given(st.integers(0, 300))
def test_plain_letters_are_counted_one_by_one(n: int):
    if n <= LONGEST:
        assert tidied("a" * n) == "a" * n
    else:
        with pytest.raises(UnusableName):
            tidied("a" * n)


@given(st.text(max_size=LONGEST))
def test_a_quoted_name_ends_where_the_quote_does(text: str):
    """Whatever somebody calls themselves, there is one quote around all of it, and nothing in it leaves it."""
    written = quoted(tidied(text))
    assert (written[:2], written[-2:]) == ("«\u2068", "\u2069»")
    assert not set(written[2:-2]) & {"«", "»", *TURNS}
