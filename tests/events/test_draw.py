"""The draw against brute force: every panel written out, weighed, and counted."""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from math import prod

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from services.events.draw import Candidate, Draw, replacement
from services.events.draw_quotas import Quota, missed, smallest_change
from services.events.draw_seed import Luck, digest_of
from services.events.errors.draws import NobodyToDraw, QuotasImpossible

TRAITS = {"age": ("under 25", "25 and over"), "lived": ("hostel", "street", "sofa")}
WOMEN = Quota("gender", "woman", least=1)


def people(*turns: int) -> list[Candidate]:
    return [Candidate(number, each, {}) for number, each in enumerate(turns, 101)]


def stated(trait: str, *values: str) -> list[Candidate]:
    return [Candidate(number, 0, {trait: value}) for number, value in enumerate(values, 101)]


@st.composite
def candidates(draw: st.DrawFn, most: int = 8) -> list[Candidate]:
    numbers = draw(st.lists(st.integers(100, 999), min_size=1, max_size=most, unique=True))
    some = st.fixed_dictionaries({}, optional={trait: st.sampled_from(values) for trait, values in TRAITS.items()})
    turns, conflicts = st.integers(0, 7), st.sampled_from([False, False, False, True])
    return [Candidate(number, draw(turns), draw(some), draw(conflicts)) for number in numbers]


@st.composite
def quotas(draw: st.DrawFn) -> list[Quota]:
    values = [(trait, value) for trait, values in TRAITS.items() for value in values]
    chosen = draw(st.lists(st.sampled_from(values), max_size=3, unique=True))
    bounds = [sorted(draw(st.tuples(st.integers(0, 3), st.integers(0, 3)))) for _ in chosen]
    limited = st.booleans()
    return [
        Quota(*it, least, most if draw(limited) else None) for it, (least, most) in zip(chosen, bounds, strict=True)
    ]


places = st.integers(1, 4)


def panels(everybody: Sequence[Candidate], size: int, limits: Sequence[Quota]) -> dict[tuple[int, ...], int]:
    """Every panel that keeps the quotas, and its weight."""
    taking_part = sorted((each for each in everybody if not each.conflict), key=lambda each: each.number)
    return {
        tuple(each.number for each in panel): prod(each.tickets for each in panel)
        for panel in combinations(taking_part, min(size, len(taking_part)))
        if missed(limits, [each.stated for each in panel]) == 0 and panel
    }


def could_be_drawn(everybody: list[Candidate], size: int, limits: list[Quota]) -> Draw:
    assume(panels(everybody, size, limits))
    return Draw(everybody, size, limits)


@given(candidates(), places, quotas())
def test_the_odds_are_those_of_writing_out_every_panel(everybody: list[Candidate], size: int, limits: list[Quota]):
    odds = could_be_drawn(everybody, size, limits).odds
    weights = panels(everybody, size, limits)
    total = sum(weights.values())
    for each in everybody:
        with_them = sum(weight for panel, weight in weights.items() if each.number in panel)
        assert odds.get(each.number, 0) == Fraction(with_them, total)
    assert sum(odds.values()) == min(size, len(odds))


@given(candidates(most=6), st.integers(1, 3), quotas())
def test_every_place_on_the_line_is_a_panel_and_each_panel_as_long_as_its_weight(
    everybody: list[Candidate], size: int, limits: list[Quota]
):
    everybody = [Candidate(each.number, each.turns + 2, each.stated, each.conflict) for each in everybody]
    draw = could_be_drawn(everybody, size, limits)
    weights = panels(everybody, size, limits)
    step = max(1, sum(weights.values()) // 500)
    on_the_line = Counter(tuple(draw._panel_at(place)) for place in range(0, sum(weights.values()), step))
    assert on_the_line.keys() <= weights.keys()
    if step == 1:
        assert on_the_line == weights


@given(candidates(), places, quotas(), st.text())
def test_whoever_is_drawn_keeps_the_quotas_and_all_others_are_reserves(
    everybody: list[Candidate], size: int, limits: list[Quota], seed: str
):
    draw = could_be_drawn(everybody, size, limits)
    result = draw.result(seed)
    assert tuple(result.panel) in panels(everybody, size, limits)
    assert sorted(result.panel + result.reserves) == sorted(draw.odds)
    assert draw.result(seed) == result == Draw(everybody[::-1], size, limits).result(seed)


@given(candidates(), places, quotas())
def test_fewer_turns_never_mean_a_smaller_chance(everybody: list[Candidate], size: int, limits: list[Quota]):
    odds = could_be_drawn(everybody, size, limits).odds
    part = [each for each in everybody if each.number in odds]
    for one, other in combinations(part, 2):
        if one.stated == other.stated and one.tickets >= other.tickets:
            assert odds[one.number] >= odds[other.number]


@given(candidates(), places, quotas())
def test_a_turn_had_never_makes_ones_own_chance_larger(everybody: list[Candidate], size: int, limits: list[Quota]):
    before = could_be_drawn(everybody, size, limits).odds
    first, *others = everybody
    assume(not first.conflict)
    later = Candidate(first.number, first.turns + 1, first.stated)
    assert Draw([later, *others], size, limits).odds[first.number] <= before[first.number]


def test_a_turn_had_halves_the_tickets_and_of_two_people_one_is_drawn_twice_as_often():
    assert [each.tickets for each in people(0, 1, 2, 3, 4, 5, 99)] == [60, 30, 20, 15, 12, 10, 10]
    assert Draw(people(0, 1), 1, []).odds == {101: Fraction(2, 3), 102: Fraction(1, 3)}


def test_eleven_equals_for_two_places_have_two_elevenths_each():
    assert set(Draw(people(*[0] * 11), 2, []).odds.values()) == {Fraction(2, 11)}


def test_forty_people_and_six_places_with_six_quotas_are_exact():
    lived, age, gender = ("hostel", "street", "sofa"), ("25 and over", "under 25", "under 25"), ("man", *["woman"] * 4)
    everybody = [
        Candidate(100 + n, n % 4, {"age": age[n % 3], "lived": lived[n % 3], "gender": gender[n % 5]})
        for n in range(40)
    ]
    limits = [Quota("age", "under 25", 2, 4), Quota("lived", "hostel", 1), Quota("lived", "street", 1, 3)]
    limits += [Quota("lived", "sofa", 1), Quota("gender", "man", 1), Quota("gender", "woman", 2)]
    odds = Draw(everybody, 6, limits).odds
    assert sum(odds.values()) == 6
    assert all(0 < each < 1 for each in odds.values())


def test_forty_equals_and_six_places_make_all_their_panels():
    draw = Draw(people(*[9] * 40), 6, [])
    assert draw._after[0][draw._start] == 3_838_380 * 10**6


def test_over_many_seeds_people_are_drawn_as_often_as_their_odds_say():
    """Chi-square over the six possible panels: 20.5 is passed once in a thousand times, and these seeds are fixed."""
    everybody = [Candidate(n, n - 101, {"gender": "woman" if n < 103 else "man"}) for n in range(101, 105)]
    draw = Draw(everybody, 2, [])
    seeds = 3000
    drawn = Counter(tuple(draw.result(f"seed {n}").panel) for n in range(seeds))
    weights = panels(everybody, 2, [])
    total = sum(weights.values())
    expected = {panel: seeds * weight / total for panel, weight in weights.items()}
    assert sum((drawn[it] - each) ** 2 / each for it, each in expected.items()) < 20.5


def test_reserves_are_in_an_order_of_luck_in_which_fewer_turns_come_first_more_often():
    draw = Draw(people(0, 0, 1), 1, [])
    firsts = Counter(draw.result(f"seed {n}").reserves[0] for n in range(3000) if 102 in draw.result(f"seed {n}").panel)
    assert 1.6 < firsts[101] / firsts[103] < 2.5


@given(candidates(), places, quotas())
def test_the_smallest_change_is_possible_and_nothing_smaller_is(
    everybody: list[Candidate], size: int, limits: list[Quota]
):
    part = [each for each in everybody if not each.conflict]
    assume(part)
    size = min(size, len(part))
    changed = smallest_change(limits, [each.stated for each in part], size)
    assert panels(part, size, changed)
    least = min(missed(limits, [each.stated for each in panel]) for panel in combinations(part, size))
    steps = [
        old.least - new.least + (0 if old.most is None or new.most is None else new.most - old.most)
        for old, new in zip(limits, changed, strict=True)
    ]
    assert min([0, *steps]) >= 0
    assert sum(steps) == least


def test_impossible_quotas_say_what_to_change():
    everybody = stated("gender", "woman", "man", "man")
    with pytest.raises(QuotasImpossible) as refused:
        Draw(everybody, 2, [Quota("gender", "woman", least=2)])
    assert refused.value.detail == (
        "The smallest change that makes it possible: "
        "instead of at least 2 of “gender: woman” ask for at least 1 of “gender: woman”."
    )


def test_too_many_at_least_for_the_places_is_impossible_too():
    limits = [Quota("gender", "woman", least=1), Quota("gender", "man", least=1)]
    with pytest.raises(QuotasImpossible, match="at least 1 of “gender: man” ask for any number"):
        Draw(stated("gender", "woman", "man"), 1, limits)


def test_with_fewer_people_than_places_all_are_drawn():
    draw = Draw(people(0, 5), 6, [])
    assert set(draw.odds.values()) == {1}
    assert draw.result("any").panel == [101, 102]


@pytest.mark.parametrize("everybody", [[], [Candidate(1, 0, {}, conflict=True)]])
def test_nobody_and_nobody_without_a_conflict_cannot_be_drawn(everybody: list[Candidate]):
    with pytest.raises(NobodyToDraw):
        Draw(everybody, 2, [])


def test_who_takes_a_free_place_keeps_the_quotas_where_anybody_can():
    woman, *men = stated("gender", "woman", "man", "man")
    assert replacement([men[0]], [men[1], woman], [WOMEN]) == woman
    assert replacement([men[0]], [men[1]], [WOMEN]) == men[1]
    assert replacement([], [], [WOMEN]) is None


def test_the_numbers_of_a_seed_are_those_of_its_description():
    """What `printf 'abc:0' | sha256sum` says, and so on."""
    assert digest_of("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    luck = Luck("abc")
    assert f"{luck.below(2**256 - 1):x}" == "5f36efce86f68877cee18fda5637abb2a1bb409f4326cc741fdf13200aa26980"
    assert f"{luck.below(2**256 - 1):x}" == "bfcf0b9cbe9d8208b2cddd9a01c31a9a60698a106a0e4fc1664233a15f16acec"
    assert Luck("abc").below(16) == 0x5F >> 3


def test_one_number_points_at_the_panel_and_one_more_at_each_reserve():
    draw, luck = Draw(people(0, 1, 2, 3), 2, []), Luck("any")
    result = draw.result("any")
    assert draw._panel_at(luck.below(draw._after[0][draw._start])) == result.panel
    assert draw._reserves(set(result.panel), luck) == result.reserves


@settings(max_examples=30)
@given(st.integers(1, 10**90), st.text())
def test_a_number_is_below_its_limit(limit: int, seed: str):
    luck = Luck(seed)
    assert all(0 <= luck.below(limit) < limit for _ in range(5))
