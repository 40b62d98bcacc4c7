from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.members.links import CODE_LENGTH, DAYS_VALID, Link, Links

LINKS = Links(b"l" * 32)
TODAY = date(2026, 11, 23)
days = st.dates(min_value=date(2020, 1, 1), max_value=date(2100, 1, 1))


@given(st.uuids(), days, st.integers(0, DAYS_VALID))
def test_a_link_says_whose_it_is_for_thirty_days(member: UUID, day: date, later: int):
    code = LINKS.code(member, day)
    assert len(code) == CODE_LENGTH == 40
    assert LINKS.read(code, day + timedelta(days=later)) == Link(member, day)


@given(st.uuids(), days, st.integers(DAYS_VALID + 1, 10_000))
def test_a_link_ends(member: UUID, day: date, later: int):
    assert LINKS.read(LINKS.code(member, day), day + timedelta(days=later)) is None


@given(st.uuids(), st.integers(0, 39), st.characters(min_codepoint=33, max_codepoint=126))
def test_a_link_with_one_other_letter_says_nothing(member: UUID, at: int, letter: str):
    code = LINKS.code(member, TODAY)
    other = code[:at] + letter + code[at + 1 :]
    # The two alphabets of base64 differ in two letters, which decode alike.
    if other.translate(str.maketrans("+/", "-_")) != code:
        assert LINKS.read(other, TODAY) is None


@given(st.text(max_size=60))
def test_nothing_else_is_a_link(text: str):
    assert LINKS.read(text, TODAY) is None


@pytest.mark.parametrize("code", ["", "A" * 40, "=" * 40, "A" * 39 + "=", "A" * 37 + "===", "é" * 40, "-" * 4000])
def test_what_looks_like_a_link_is_none(code: str):
    assert LINKS.read(code, TODAY) is None


def test_another_key_writes_other_links():
    assert LINKS.read(Links(b"x" * 32).code(uuid4(), TODAY), TODAY) is None
