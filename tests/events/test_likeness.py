"""Which sentences are alike."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.events.likeness import ALIKE, likeness, most_alike

SENTENCES = st.text(max_size=200)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Film night", "A film night with popcorn"),
        ("walk by the canal", "Canal walks"),
        ("Café crawl", "cafe crawl!"),
        ("ليلة أفلام", "أفلام ليلة"),
        ("🎬", "🎬"),
        ("Wandern am Kanal", "Am Kanal wandern"),
    ],
)
def test_alike(one: str, other: str):
    assert likeness(one, other) >= ALIKE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Film night", "Swimming lessons"),
        ("A walk by the canal", "A trip to the sea"),
        ("🎬", "🎸"),
        ("", "Film night"),
    ],
)
def test_not_alike(one: str, other: str):
    assert likeness(one, other) < ALIKE


@given(one=SENTENCES, other=SENTENCES)
def test_it_is_the_same_both_ways_and_between_nothing_and_all(one: str, other: str):
    assert likeness(one, other) == likeness(other, one)
    assert 0 <= likeness(one, other) <= 1


@given(words=st.lists(st.from_regex(r"[a-z]{1,12}", fullmatch=True), min_size=1, max_size=12), seed=st.integers())
def test_the_same_words_in_another_order_and_in_capitals_are_the_same(words: list[str], seed: int):
    mixed = random.Random(seed).sample(words, len(words))
    assert likeness(" ".join(words), " ".join(mixed).upper()) == 1


@given(words=SENTENCES, others=st.lists(SENTENCES, max_size=20), at_most=st.integers(0, 5))
def test_the_most_alike_come_first_and_nothing_that_is_not_alike(words: str, others: list[str], at_most: int):
    found = most_alike(words, [(each, each) for each in others], at_most)
    degrees = [likeness(words, each) for each in found]
    alike = sorted((likeness(words, each) for each in others), reverse=True)
    assert degrees == [each for each in alike if each >= ALIKE][:at_most]
