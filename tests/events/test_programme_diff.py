"""What importing a calendar changes, as a rule: no database."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.events.programme_diff import Change, Facts, Known, Window, called_off, differences
from shared.auth import Caller
from tests.events.builders import THURSDAY

NOW = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
WINDOW = Window(NOW, date(2026, 11, 23), date(2027, 5, 24))
OPERATOR = Caller(issuer="operator", scope="programme:write")

Programme = Mapping[str, Known]


def on_day(day: int, hour: int = 18, **words: Any) -> Facts:
    """An evening so many days from Monday 23 November."""
    starts = datetime(2026, 11, 23, hour) + timedelta(days=day)
    return replace(THURSDAY, starts=starts, ends=starts + timedelta(hours=2), **words)


def slot(facts: Facts) -> str:
    return facts.starts.isoformat()


def file_of(*all_facts: Facts) -> dict[str, Facts]:
    return {slot(facts): facts for facts in all_facts}


def imported(
    programme: Programme, file: Mapping[str, Facts], *, repeats: bool = True
) -> tuple[Programme, list[Change]]:
    """The programme after an import, and what it did."""
    found = differences(list(programme.values()), file, WINDOW, repeats=repeats)
    after = {name: known for name, known in programme.items() if name not in {each.known for each in found}}
    after |= {each.slot: Known(each.slot, each.facts, each.imported) for each in found}
    return after, [each.change for each in found]


def begun(*all_facts: Facts) -> Programme:
    return imported({}, file_of(*all_facts))[0]


def by_hand(programme: Programme, name: str, **changes: Any) -> Programme:
    known = programme[name]
    return {**programme, name: replace(known, facts=replace(known.facts, **changes))}


WEEKLY = [on_day(day) for day in (3, 10, 17)]
FIRST = slot(WEEKLY[0])


def test_a_first_import_adds_what_is_on_and_still_to_come():
    over, off = on_day(0, hour=8), replace(on_day(4), cancelled=True)
    programme, changes = imported({}, file_of(over, off, *WEEKLY))
    assert changes == [Change.ADDED] * 3
    assert [known.facts for known in programme.values()] == WEEKLY


def test_an_edited_line_changes_just_what_it_says():
    programme = begun(*WEEKLY)
    for edit, change in (
        ({"place": "The park"}, Change.MOVED),
        ({"ends": WEEKLY[0].ends + timedelta(hours=1)}, Change.MOVED),
        ({"title": "Film night"}, Change.CHANGED),
        ({"summary": "Popcorn."}, Change.CHANGED),
        ({"cancelled": True, "title": "Off"}, Change.CANCELLED),
    ):
        edited = {**file_of(*WEEKLY), FIRST: replace(WEEKLY[0], **edit)}
        after, changes = imported(programme, edited)
        assert changes == [change, Change.UNCHANGED, Change.UNCHANGED]
        assert after[FIRST].facts == edited[FIRST]


def test_what_is_gone_from_the_file_is_cancelled_once_and_comes_back_with_it():
    off, changes = imported(begun(*WEEKLY), file_of(*WEEKLY[1:]))
    assert changes == [Change.CANCELLED, Change.UNCHANGED, Change.UNCHANGED]
    assert imported(off, file_of(*WEEKLY[1:]))[1] == [Change.UNCHANGED] * 2
    back, changes = imported(off, file_of(*WEEKLY))
    assert changes == [Change.RESTORED, Change.UNCHANGED, Change.UNCHANGED]
    assert back == begun(*WEEKLY)


def test_what_is_over_or_beyond_the_window_is_left_alone():
    over = Known("2026-11-19T18:00:00", on_day(-4), on_day(-4))
    earlier = Known("2026-11-23T08:00:00", on_day(0, hour=8), on_day(0, hour=8))
    later = Known("2027-11-25T18:00:00", on_day(367), on_day(367))
    programme = {known.slot: known for known in (over, earlier, later)}
    file = {earlier.slot: replace(earlier.facts, place="The park")}
    assert imported(programme, file) == (programme, [])


def test_what_was_done_by_hand_stays_until_the_files_own_line_changes():
    programme = by_hand(begun(*WEEKLY), FIRST, starts=on_day(4).starts, ends=on_day(4).ends, place="The park")
    same, changes = imported(programme, file_of(*WEEKLY))
    assert (same, changes) == (programme, [Change.UNCHANGED] * 3)
    renamed = {**file_of(*WEEKLY), FIRST: replace(WEEKLY[0], title="Film night")}
    after, changes = imported(programme, renamed)
    assert after[FIRST].facts == replace(programme[FIRST].facts, title="Film night")
    assert changes == [Change.CHANGED, Change.UNCHANGED, Change.UNCHANGED]
    moved = {**file_of(*WEEKLY), FIRST: replace(WEEKLY[0], place="The library")}
    after, _ = imported(programme, moved)
    assert after[FIRST].facts == replace(programme[FIRST].facts, place="The library")


def test_what_was_called_off_by_hand_stays_off():
    programme = by_hand(begun(*WEEKLY), FIRST, cancelled=True)
    assert imported(programme, file_of(*WEEKLY))[1] == [Change.UNCHANGED] * 3
    elsewhere = {**file_of(*WEEKLY), FIRST: replace(WEEKLY[0], place="The park")}
    after, changes = imported(programme, elsewhere)
    assert after[FIRST].facts.cancelled
    assert changes[0] is Change.CHANGED


def test_what_was_moved_by_hand_from_yesterday_is_not_missed_today():
    yesterday = on_day(-1)
    known = Known(slot(yesterday), on_day(2), yesterday)
    assert imported({known.slot: known}, {}) == ({known.slot: known}, [])


def test_another_weekly_hour_moves_each_date_and_cancels_none():
    later = [on_day(day, hour=20) for day in (3, 10, 17)]
    after, changes = imported(begun(*WEEKLY), file_of(*later))
    assert changes == [Change.MOVED] * 3
    assert sorted(after) == sorted(file_of(*later))


def test_two_on_one_day_are_paired_in_their_order():
    both, later = [on_day(3, hour=10), on_day(3, hour=14)], [on_day(3, hour=11), on_day(3, hour=15)]
    after, changes = imported(begun(*both), file_of(*later))
    assert changes == [Change.MOVED] * 2
    assert [after[name].facts for name in sorted(after)] == later


def test_a_single_date_is_moved_to_another_day_and_one_of_a_series_is_not():
    once, other = on_day(3), on_day(5)
    assert imported(begun(once), file_of(other), repeats=False)[1] == [Change.MOVED]
    assert imported(begun(once), file_of(other), repeats=True)[1] == [Change.CANCELLED, Change.ADDED]


def test_an_activity_taken_out_of_the_programme_is_called_off_from_now_on():
    over = Known("2026-11-19T18:00:00", on_day(-4), on_day(-4))
    programme = by_hand(begun(*WEEKLY), FIRST, cancelled=True)
    off = called_off([over, *programme.values()], WINDOW)
    assert [each.change for each in off] == [Change.CANCELLED] * 2


days = st.integers(0, 12)
lines = st.builds(
    lambda day, hour, place, title, cancelled: replace(
        on_day(day, hour, place=place, title=title), cancelled=cancelled
    ),
    days,
    st.sampled_from([12, 18, 20]),
    st.sampled_from(["Church Hall", "The park"]),
    st.sampled_from(["Games night", "Film night"]),
    st.booleans(),
)
rules = st.sampled_from([None, "FREQ=WEEKLY"])
files = st.lists(lines, max_size=6).map(lambda found: file_of(*found))


def on(programme: Programme) -> list[Facts]:
    """What members see: everything that is on."""
    return sorted((known.facts for known in programme.values() if not known.facts.cancelled), key=str)


@given(files, st.booleans())
def test_importing_a_file_twice_is_the_same_as_once(file: dict[str, Facts], repeats: bool):
    once, _ = imported({}, file, repeats=repeats)
    twice, changes = imported(once, file, repeats=repeats)
    assert twice == once
    assert set(changes) <= {Change.UNCHANGED}


@given(st.lists(files, max_size=4), files, st.booleans())
def test_the_last_file_decides_whatever_came_before(
    history: list[dict[str, Facts]], last: dict[str, Facts], repeats: bool
):
    programme: Programme = {}
    for file in history:
        programme, _ = imported(programme, file, repeats=repeats)
    after, _ = imported(programme, last, repeats=repeats)
    assert on(after) == on(imported({}, last, repeats=repeats)[0])
    assert imported(after, last, repeats=repeats)[0] == after


@given(files, files, st.data())
def test_what_was_done_by_hand_survives_any_import_that_does_not_speak_of_it(
    before: dict[str, Facts], after: dict[str, Facts], data: st.DataObject
):
    programme, _ = imported({}, before)
    if not programme:
        return
    name = data.draw(st.sampled_from(sorted(programme)))
    handmade = by_hand(programme, name, place="By the river")
    here = {**after, name: before[name]}
    assert imported(handmade, here)[0][name].facts.place == "By the river"
