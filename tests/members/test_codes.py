from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.members.card_words import LEFT_OUT, card_words, new_words
from services.members.codes import Codes
from services.members.schemas.second_factors import AuthenticatorDigits

CODES = Codes(b"k" * 32)


@given(st.uuids())
def test_a_code_is_six_digits_and_the_same_each_time(challenge: UUID):
    code = CODES.code(challenge)
    assert len(code) == 6
    assert code.isdigit()
    assert CODES.is_code(challenge, code)
    assert CODES.is_code(challenge, f" {code[:3]} {code[3:]}.")
    assert not CODES.is_code(challenge, code[:5])


@pytest.mark.parametrize("zero", ["\u0660", "\u06f0", "\u09e6", "\uff10"], ids=["Arabic", "Persian", "Bengali", "wide"])
def test_digits_may_be_typed_in_any_script(zero: str):
    challenge, in_script = uuid4(), {ord(str(n)): chr(ord(zero) + n) for n in range(10)}
    assert CODES.is_code(challenge, CODES.code(challenge).translate(in_script))
    words = "river apple stone 123456"
    assert CODES.words_index(words.translate(in_script)) == CODES.words_index(words)
    assert AuthenticatorDigits(digits="204 118".translate(in_script)).digits == "204118"


@given(st.uuids(), st.uuids())
def test_nothing_of_one_challenge_opens_another(one: UUID, another: UUID):
    made = {CODES.token(one), CODES.browser(one), CODES.token(another), CODES.browser(another)}
    assert len(made) == (4 if one != another else 2)
    assert CODES.is_token(another, CODES.token(one)) == (one == another)
    assert CODES.is_browser(another, CODES.browser(one)) == (one == another)


def test_every_digit_is_as_likely_as_any_other():
    counts = [[0] * 10 for _ in range(6)]
    for n in range(20_000):
        for place, digit in enumerate(CODES.code(UUID(int=n))):
            counts[place][int(digit)] += 1
    # Chi-square with 9 degrees of freedom: beyond 33.7 once in 10,000.
    assert max(sum((count - 2000) ** 2 / 2000 for count in place) for place in counts) < 33.7


def test_another_key_makes_other_codes():
    challenge = uuid4()
    assert Codes(b"x" * 32).token(challenge) != CODES.token(challenge)


@pytest.mark.parametrize(
    "typed",
    [
        "river apple stone 123456",
        "RIVER Apple-Stone 123 456",
        " river,apple,stone,123456 ",
        "river\u2010apple\u2010stone\u2010123456",
    ],
)
def test_how_words_are_typed_does_not_count(typed: str):
    assert CODES.words_index(typed) == CODES.words_index("river apple stone 123456")


@pytest.mark.parametrize(
    "typed", ["", "river apple stone", "river apple 123456", "apple river stone 123456", "é" * 200]
)
def test_other_words_are_other_words(typed: str):
    assert CODES.words_index(typed) != CODES.words_index("river apple stone 123456")


def test_there_are_words_enough_and_none_to_be_sad_about():
    assert len(set(card_words())) == len(card_words()) >= 1000
    sad = {"abuse", "addict", "alcohol", "arrest", "cash", "crime", "danger", "drink", "evil", "gun", "guilt", "lonely"}
    sad |= {"prison", "police", "pill", "poverty", "sick", "spoon", "weapon", "wine", "victim", "violin"} - {"violin"}
    assert sad.isdisjoint(card_words())
    assert all(word.isascii() and 3 <= len(word) <= 8 for word in card_words())


def test_no_word_is_left_out_in_vain():
    from mnemonic import Mnemonic

    assert set(Mnemonic("english").wordlist) >= LEFT_OUT


def test_new_words_are_three_and_six_digits():
    first, *rest = new_words().split()
    assert first in card_words()
    assert [len(rest), len(rest[-1]), rest[-1].isdigit()] == [3, 6, True]
