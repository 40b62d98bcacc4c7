"""When a group has decided, against plain counting."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.members.majority import State, state_of

CARRIED, LOST, OPEN = State.CARRIED, State.LOST, State.OPEN


@st.composite
def polls(draw: st.DrawFn) -> tuple[int, int, int]:
    electorate = draw(st.integers(0, 60))
    yes = draw(st.integers(0, electorate))
    return yes, draw(st.integers(0, electorate - yes)), electorate


@pytest.mark.parametrize(
    ("yes", "no", "electorate", "while_open", "at_its_close"),
    [
        (0, 0, 5, OPEN, LOST),
        (2, 0, 5, OPEN, LOST),
        (2, 1, 5, OPEN, CARRIED),
        (3, 0, 5, CARRIED, CARRIED),
        (1, 2, 5, OPEN, LOST),
        (2, 2, 5, OPEN, LOST),
        (0, 3, 5, LOST, LOST),
        (2, 2, 4, LOST, LOST),
        (1, 0, 2, OPEN, LOST),
        (1, 1, 2, LOST, LOST),
        (2, 0, 2, CARRIED, CARRIED),
        (1, 0, 1, CARRIED, CARRIED),
        (0, 0, 0, LOST, LOST),
        (3, 2, 100, OPEN, CARRIED),
    ],
)
def test_cases(yes: int, no: int, electorate: int, while_open: State, at_its_close: State):
    assert state_of(yes, no, electorate, closed=False) is while_open
    assert state_of(yes, no, electorate, closed=True) is at_its_close


@given(polls(), st.booleans())
def test_nothing_is_carried_without_a_majority_of_those_who_voted(poll: tuple[int, int, int], closed: bool):
    yes, no, _ = poll
    if state_of(*poll, closed=closed) is CARRIED:
        assert yes > no


@given(polls())
def test_what_is_decided_early_no_later_vote_would_turn(poll: tuple[int, int, int]):
    yes, no, electorate = poll
    left = electorate - yes - no
    ends = {state_of(yes + more, no + left - more, electorate, closed=True) for more in range(left + 1)}
    early = state_of(*poll, closed=False)
    assert early is OPEN or ends == {early}


@given(polls())
def test_an_end_always_decides(poll: tuple[int, int, int]):
    assert state_of(*poll, closed=True) is not OPEN


@pytest.mark.parametrize("electorate", range(1, 7))
def test_once_all_have_voted_their_order_made_no_difference(electorate: int):
    """Every sequence of votes ends as its counts say, wherever on the way it was decided."""
    for votes in product((True, False), repeat=electorate):
        by_counting = CARRIED if sum(votes) * 2 > electorate else LOST
        heard: list[bool] = []
        for vote in votes:
            heard.append(vote)
            state = state_of(sum(heard), len(heard) - sum(heard), electorate, closed=False)
            if state is not OPEN:
                break
        assert state is by_counting
