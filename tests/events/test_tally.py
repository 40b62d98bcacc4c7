"""Counting, against plain counting and against what counting may never do."""

from collections import Counter
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.events.tally import (
    PollKind,
    Result,
    count_choices,
    count_dates,
    count_ranks,
    keys_of,
    shown_order,
)

OPTIONS = ["a", "b", "c", "d"]
RANKINGS = st.lists(
    st.lists(st.sampled_from(OPTIONS), min_size=1, max_size=4, unique=True).map(">".join), max_size=30
).map(Counter)
FREE = st.sampled_from(["yes", "if_need_be", "no"])
ANSWERS = st.lists(st.dictionaries(st.sampled_from(OPTIONS), FREE), max_size=20)


def ranks(*ballots: str, needs: int | None = None) -> Result:
    return count_ranks(["a", "b", "c"], Counter(">".join(each) for each in ballots), len(ballots), needs)


@pytest.mark.parametrize(
    ("ballots", "winners"),
    [
        (["ab", "ab", "c"], ["a"]),
        (["abc", "abc", "bca", "bca", "cba"], ["b"]),  # c goes, and its ballot counts for b
        (["a", "b"], ["a", "b"]),
        (["abc", "bca", "cab"], ["a", "b", "c"]),
        (["a", "a", "b", "c"], ["a"]),  # b and c go at once
        (["a", "a", "b", "b", "c"], ["a", "b"]),  # the last ballot names nobody who is left
        ([], []),
    ],
)
def test_runoffs_by_hand(ballots: list[str], winners: list[str]):
    assert ranks(*ballots).winners == winners


@given(ballots=RANKINGS)
def test_who_is_first_on_more_than_half_of_the_ballots_wins_alone(ballots: Counter[str]):
    firsts = Counter[str]()
    for ballot, many in ballots.items():
        firsts[ballot[0]] += many
    majority = [option for option in OPTIONS if 2 * firsts[option] > ballots.total()]
    if majority:
        assert count_ranks(OPTIONS, ballots, ballots.total(), None).winners == majority


@given(ballots=RANKINGS, order=st.sampled_from(list(permutations(OPTIONS))))
def test_the_order_of_options_and_of_ballots_decides_nothing(ballots: Counter[str], order: tuple[str, ...]):
    turned = Counter(dict(reversed(ballots.items())))
    one, other = (count_ranks(names, each, 1, None) for names, each in ((OPTIONS, ballots), (list(order), turned)))
    assert set(one.winners) == set(other.winners)
    assert {line.option: line.yes for line in one.lines} == {line.option: line.yes for line in other.lines}


@given(ballots=RANKINGS, names=st.permutations(OPTIONS))
def test_an_options_name_decides_nothing(ballots: Counter[str], names: list[str]):
    called = dict(zip(OPTIONS, names, strict=True))
    renamed = Counter({">".join(called[each] for each in ballot.split(">")): n for ballot, n in ballots.items()})
    winners = count_ranks(OPTIONS, ballots, 1, None).winners
    assert set(count_ranks(OPTIONS, renamed, 1, None).winners) == {called[each] for each in winners}


@given(votes=st.dictionaries(st.sampled_from(OPTIONS), st.integers(1, 50)), needs=st.none() | st.integers(1, 50))
def test_all_with_the_most_votes_win_if_they_have_what_they_need(votes: dict[str, int], needs: int | None):
    result = count_choices(OPTIONS, votes, 50, needs)
    most = max(votes.values(), default=0)
    expected = [each for each in OPTIONS if votes.get(each) == most] if most >= (needs or 1) else []
    assert result.winners == expected
    assert bool(result.words) == (len(expected) != 1)


@given(answers=ANSWERS, needs_host=st.booleans(), hosts=st.lists(st.sampled_from(OPTIONS)))
def test_a_date_wins_by_who_can_come_then_by_who_can_well_and_only_with_a_host(
    answers: list[dict[str, str]], hosts: list[str], *, needs_host: bool
):
    result = count_dates(OPTIONS, answers, hosts, needs=None, needs_host=needs_host)
    for line in result.lines:
        assert line.yes + line.if_need_be + line.no + line.unanswered == len(answers)
        assert line.unanswered == sum(line.option not in answer for answer in answers)
    able = [line for line in result.lines if line.hosts or not needs_host]
    scores = {line.option: (line.yes + line.if_need_be, line.yes) for line in able if line.yes + line.if_need_be}
    assert set(result.winners) == {each for each, score in scores.items() if score == max(scores.values())}


def test_a_date_on_which_more_can_come_wins_over_one_that_fewer_like_better():
    answers = [{"a": "yes", "b": "if_need_be"}, {"a": "no", "b": "if_need_be"}]
    assert count_dates(["a", "b"], answers, [], needs=None, needs_host=False).winners == ["b"]


def test_words_say_why_nothing_won():
    assert "Nobody answered" in ranks().words
    assert "none has the 3 yes" in ranks("ab", "ab", needs=3).words
    assert "nobody said yes" in count_dates(["a"], [{"a": "no"}], [], needs=None, needs_host=False).words
    assert "can host" in count_dates(["a"], [{"a": "yes"}], [], needs=None, needs_host=True).words
    assert "2 are level" in ranks("a", "b").words


def test_a_ranking_is_one_ballot_and_every_approval_one():
    assert keys_of(PollKind.RANK, ["b", "a"]) == ["b>a"]
    assert keys_of(PollKind.APPROVE, ["b", "a"]) == ["b", "a"]


def test_options_are_shuffled_for_each_voter_and_stay_so():
    orders = {voter: sorted(OPTIONS, key=lambda it, who=voter: shown_order(it, who)) for voter in map(str, range(50))}
    assert len({tuple(order) for order in orders.values()}) > 10
    assert {order[0] for order in orders.values()} == set(OPTIONS)
    assert orders["7"] == sorted(["d", "b", "a", "c"], key=lambda it: shown_order(it, "7"))
