"""The words that opt out and in."""

import pytest

from deploy.simulator.phones import Heard, OptOuts, is_number

PHONE = "+447700900123"


@pytest.mark.parametrize("word", ["STOP", "stopall", " Unsubscribe\n", "CANCEL", "End", "QUIT"])
def test_one_word_opts_out(word: str):
    phones = OptOuts()

    assert phones.hear(PHONE, word).kind == "STOP"
    assert phones.numbers == {PHONE}
    assert phones.hear(PHONE, word) == Heard("STOP", None)


@pytest.mark.parametrize("words", ["STOP PLEASE", "please stop", "STOP.", "don't stop", "stopped", ""])
def test_anything_longer_is_talk(words: str):
    phones = OptOuts()

    assert phones.hear(PHONE, words) == Heard()
    assert phones.numbers == set()


@pytest.mark.parametrize("word", ["START", "unstop", "Yes"])
def test_one_word_opts_in_again(word: str):
    phones = OptOuts({PHONE})

    heard = phones.hear(PHONE, word)
    assert (heard.kind, phones.numbers) == ("START", set())
    assert heard.answer is not None


def test_yes_is_talk_for_those_who_are_in():
    assert OptOuts().hear(PHONE, "YES") == Heard()
    assert OptOuts().hear(PHONE, "START").kind == "START"


def test_help_answers_only_those_who_are_in():
    assert OptOuts().hear(PHONE, "help").answer is not None
    assert OptOuts({PHONE}).hear(PHONE, "HELP") == Heard("HELP", None)


@pytest.mark.parametrize(
    "text", ["", "07700900123", "447700900123", "+0123456789", "+44 7700 900123", "+44770090012x", "+1234567890123456"]
)
def test_not_a_number(text: str):
    assert not is_number(text)
