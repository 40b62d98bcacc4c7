"""The published record of a draw: anybody can draw it again, and sees what is not as it was."""

from fractions import Fraction
from typing import Any
from uuid import uuid4

import pytest

from services.events.draw import Candidate
from services.events.draw_quotas import Quota
from services.events.draw_record import DrawRecord, in_words

RECORD = DrawRecord.drawn(
    uuid4(),
    candidates=[Candidate(n, n % 3, {"gender": "woman" if n % 2 else "man"}, n == 105) for n in range(101, 108)],
    places=2,
    quotas=[Quota("gender", "woman", least=1)],
    seed="a seed",
)


def test_it_survives_paper_and_can_be_drawn_again():
    read = DrawRecord.model_validate_json(RECORD.model_dump_json())
    assert read == RECORD
    assert read.differences() == []
    assert 105 not in read.panel + read.reserves


@pytest.mark.parametrize(
    ("change", "differs"),
    [
        ({"panel": RECORD.reserves[:2]}, "panel"),
        ({"reserves": RECORD.reserves[::-1]}, "reserves"),
        ({"seed": "another seed"}, "seed_digest"),
        ({"odds": RECORD.odds | {101: Fraction(1)}}, "odds"),
        ({"candidates": RECORD.candidates[1:]}, "odds"),
        ({"quotas": []}, "odds"),
    ],
)
def test_whatever_was_altered_shows(change: dict[str, Any], differs: str):
    assert differs in RECORD.model_copy(update=change).differences()


@pytest.mark.parametrize(
    ("chance", "words"),
    [
        (Fraction(2, 11), "about 1 in 6"),
        (Fraction(1, 4), "1 in 4"),
        (Fraction(1, 2), "1 in 2"),
        (Fraction(7, 10), "about 2 in 3"),
        (Fraction(99, 100), "nearly certain"),
        (Fraction(1), "certain"),
        (Fraction(0), "none"),
        (Fraction(3, 7), "about 2 in 5"),
    ],
)
def test_a_chance_is_said_as_people_say_it(chance: Fraction, words: str):
    assert in_words(chance) == words
