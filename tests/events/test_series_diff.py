"""What changing a series does to its dates, as a rule: no database."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.events.programme_diff import Change, Facts, Known
from services.events.repeats import Every, Repeat
from services.events.series import Plan
from services.events.series_diff import SeriesDifference, changed_series, pairs_in_order
from tests.events.builders import THURSDAY

UNTIL = date(2027, 12, 31)


def plan(first: datetime, every: Every = Every.WEEK, interval: int = 1, count: int = 6) -> Plan:
    facts = replace(THURSDAY, starts=first, ends=first + timedelta(hours=2))
    return Plan(facts, Repeat(every=every, interval=interval, count=count).rule(first.date()))


def begun(series: Plan) -> list[Known]:
    return [Known(slot, facts, facts) for slot, facts in series.all_dates(UNTIL).items()]


def changed(known: list[Known], series: Plan) -> SeriesDifference:
    wanted = series.all_dates(UNTIL)
    return changed_series(known, wanted, pairs_in_order(known, wanted))


def after(known: list[Known], found: SeriesDifference) -> list[Known]:
    touched = {each.known for each in found.dates}
    stay = [each for each in known if each.slot not in touched]
    return stay + [Known(each.slot, each.facts, each.imported) for each in found.dates]


def moves(found: SeriesDifference) -> dict[str, str]:
    return {
        each.known[5:10]: each.slot[5:10] for each in found.dates if each.known and each.change is not Change.CANCELLED
    }


def tally(found: SeriesDifference) -> Mapping[Change, int]:
    return {change: found.count(change) for change in Change if found.count(change)}


WEEKLY = plan(datetime(2026, 11, 26, 18, 30))


def test_thursday_to_wednesday_takes_every_date_along_in_its_week():
    found = changed(begun(WEEKLY), plan(datetime(2026, 11, 25, 18, 30)))
    assert tally(found) == {Change.MOVED: 6}
    assert list(moves(found).items())[:2] == [("11-26", "11-25"), ("12-03", "12-02")]


def test_weekly_to_fortnightly_calls_every_second_one_off_and_back_brings_the_same_ones_back():
    known = begun(WEEKLY)
    found = changed(known, plan(datetime(2026, 11, 26, 18, 30), interval=2, count=3))
    assert tally(found) == {Change.UNCHANGED: 3, Change.CANCELLED: 3}
    back = changed(after(known, found), WEEKLY)
    assert tally(back) == {Change.UNCHANGED: 3, Change.RESTORED: 3}
    assert {each.slot for each in back.dates} == {each.slot for each in known}


def test_weekly_to_monthly_keeps_what_is_in_the_same_week_or_month():
    found = changed(begun(WEEKLY), plan(datetime(2026, 12, 2, 18, 30), Every.MONTH_BY_WEEKDAY, count=2))
    assert moves(found) == {"12-03": "12-02"}
    assert tally(found) == {Change.MOVED: 1, Change.ADDED: 1, Change.CANCELLED: 5}


def called_off(known: Known) -> Known:
    return replace(known, facts=replace(known.facts, cancelled=True))


def test_what_was_done_by_hand_stays_and_is_counted():
    first, second, third, *rest = begun(WEEKLY)
    known = [
        replace(first, facts=replace(first.facts, title="Film night")),
        called_off(second),
        replace(third, facts=replace(third.facts, starts=datetime(2026, 12, 12, 15), ends=datetime(2026, 12, 12, 17))),
        *rest,
    ]
    retitled = replace(WEEKLY, facts=replace(WEEKLY.facts, title="Quiz", place="The park"))
    found = changed(known, retitled)
    facts = [each.facts for each in found.dates]
    assert found.kept == 3
    assert [each.title for each in facts] == ["Film night", *["Quiz"] * 5]
    assert {each.place for each in facts} == {"The park"}
    assert [each.cancelled for each in facts] == [False, True, False, False, False, False]
    assert facts[2].starts == datetime(2026, 12, 12, 15)


def test_one_that_was_called_off_by_hand_stays_off_when_the_rule_leaves_it_and_comes_back():
    first, *rest = begun(WEEKLY)
    known = [called_off(first), *rest]
    gone = after(known, changed(known, plan(datetime(2026, 12, 3, 18, 30), count=5)))
    back = changed(gone, WEEKLY)
    assert tally(back) == {Change.UNCHANGED: 6}
    assert next(each for each in back.dates if each.slot == first.slot).facts.cancelled


@pytest.mark.parametrize(
    ("before", "line", "then"),
    [({}, "food", "soup"), ({"dogs": "no"}, "food", "soup"), ({"food": "cake"}, "food", "cake")],
)
def test_each_line_of_the_card_counts_for_itself(before: dict[str, str], line: str, then: str):
    first, *_ = begun(WEEKLY)
    mine: Facts = replace(first.facts, card=before)
    merged = mine.merged(first.imported, replace(first.imported, card={"food": "soup"}), hand_stays=True)
    assert merged.card == {**before, line: then}


any_plan = st.builds(
    plan,
    st.datetimes(datetime(2026, 11, 24), datetime(2027, 2, 28)).map(lambda at: at.replace(second=0, microsecond=0)),
    st.sampled_from(Every),
    st.integers(1, 4),
    st.integers(1, 20),
)


@given(any_plan, st.lists(any_plan, min_size=1, max_size=5), st.data())
def test_after_any_changes_there_is_every_date_of_the_plan_once_and_none_is_lost(
    first: Plan, others: list[Plan], data: st.DataObject
):
    """The model: the dates in the plan are those that the plan wants; what was called off by hand is never on again."""
    known, off = begun(first), set[int]()
    who = {each.slot: number for number, each in enumerate(known)}
    for series in others:
        on = [each.slot for each in known if not each.facts.cancelled]
        by_hand = data.draw(st.sets(st.sampled_from(on), max_size=2)) if on else set()
        known = [called_off(each) if each.slot in by_hand else each for each in known]
        off |= {who[slot] for slot in by_hand}
        found = changed(known, series)
        becomes = {each.known: each.slot for each in found.dates if each.known}
        assert len(set(becomes.values())) == len(becomes)
        who = {becomes.get(slot, slot): number for slot, number in who.items()}
        for each in found.dates:
            who.setdefault(each.slot, len(who))
        known = after(known, found)
        slots = [each.slot for each in known]
        assert len(set(slots)) == len(slots) == len(who)
        assert {each.slot for each in known if not each.imported.cancelled} - _left_by_hand(known, series) == set(
            series.all_dates(UNTIL)
        )
        assert all(each.facts.cancelled for each in known if who[each.slot] in off)


def _left_by_hand(known: list[Known], series: Plan) -> set[str]:
    """What was called off by hand and has fallen out of the plan since stays as it was."""
    wanted = series.all_dates(UNTIL)
    return {each.slot for each in known if each.facts.cancelled and each.slot not in wanted}
