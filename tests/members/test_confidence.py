from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.members.confidence import HALF_LIFE, confidence, is_stale
from tests.members.builders import NOW

silences = st.timedeltas(timedelta(), timedelta(days=10_000))


@given(silences, silences)
def test_confidence_only_falls_while_an_address_is_silent(one: timedelta, other: timedelta):
    sooner, later = (confidence(NOW, NOW + silence) for silence in sorted((one, other)))
    assert 1 >= sooner >= later >= 0


@given(silences)
def test_confidence_halves_with_every_half_life(silence: timedelta):
    assert confidence(NOW, NOW + silence + HALF_LIFE) == pytest.approx(confidence(NOW, NOW + silence) / 2)


@given(st.timedeltas(timedelta(days=-100), timedelta(days=1000)))
def test_an_address_is_stale_after_ninety_days_of_silence(silence: timedelta):
    assert is_stale(NOW, failed=False, now=NOW + silence) == (silence > timedelta(days=90))
    assert is_stale(NOW, failed=True, now=NOW + silence)
