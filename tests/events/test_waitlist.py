"""Who is asked next, and for how long a place is held: the rule alone, without a database."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from uuid import uuid4

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.events.waitlist import (
    InLine,
    Priority,
    Room,
    asked_next,
    in_order,
    lot_of,
    offer_from,
    offer_until,
    settle,
)
from services.events.wall_time import on_the_wall
from tests.events.builders import LONDON

START = datetime(2026, 11, 26, 18, 30, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(2026, 10, 20), datetime(2026, 11, 5)).map(lambda at: at.replace(tzinfo=UTC))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "starts", "until"),
    [
        (at(20, 9), START, at(20, 21)),  # days away: twelve hours
        (at(20, 15), START, at(21, 15)),  # of which none are at night
        (at(25, 18, 30), START, at(26, 9, 30)),  # a day away: three hours, and the night between
        (at(26, 10, 30), START, at(26, 11, 30)),  # eight hours away: one
        (at(26, 17), START, at(26, 17, 15)),  # never less than a quarter of an hour
        (at(26, 18, 20), START, START),  # and never past the start
        (at(25, 23), START, at(26, 9) + timedelta(hours=9.5) / 8),  # at night its time begins at nine
        (at(26, 20, 55), at(26, 22), at(26, 21, 10)),  # tonight's has no night between
    ],
)
def test_an_offer_is_shorter_the_nearer_the_start_and_stands_still_at_night(
    now: datetime, starts: datetime, until: datetime
):
    assert offer_until(now, starts, LONDON) == until


@pytest.mark.parametrize(
    ("now", "starts", "when"),
    [
        (at(25, 20, 59), START, at(25, 20, 59)),
        (at(25, 21), START, at(26, 9)),
        (at(26, 3), START, at(26, 9)),
        (at(26, 9), START, at(26, 9)),
        (at(26, 21, 30), at(26, 23), at(26, 21, 30)),  # tonight's is offered in the evening
        (at(26, 23), at(26, 23, 30), None),  # and not at night
        (at(26, 23), at(27, 8), None),
        (START, START, None),
    ],
)
def test_nobody_is_asked_at_night_or_after_the_start(now: datetime, starts: datetime, when: datetime | None):
    assert offer_from(now, starts, LONDON) == when


@given(now=MOMENTS, left=st.timedeltas(timedelta(seconds=1), timedelta(days=10)))
def test_an_offer_ends_after_it_is_made_by_the_start_and_by_day(now: datetime, left: timedelta):
    """Also across the night in October in which the clocks go back."""
    starts = now + left
    until = offer_until(now, starts, LONDON)
    assert now < until <= starts
    made = offer_from(now, starts, LONDON)
    assert made is None or now <= made < until
    assume(starts - now > timedelta(hours=24))
    assert timedelta(minutes=15) <= until - now <= timedelta(hours=12 + 13 + 12)
    assert time(9) <= on_the_wall(until, LONDON).time() <= time(21)


def party(number: int, places: int = 1, **more: object) -> InLine:
    return replace(InLine(uuid4(), places, number), **more)


def test_in_strict_order_the_first_is_waited_for_and_to_fill_the_room_the_first_that_fits_is_asked():
    line = [party(1, 3), party(2, 1), party(3, 2)]
    assert asked_next(line, 2, fills_room=False) == []
    assert asked_next(line, 2, fills_room=True) == [line[1]]
    assert asked_next(line, 4, fills_room=False) == line[:2]
    assert asked_next(line, None, fills_room=False) == line


def test_the_order_is_that_of_asking_of_the_draw_or_of_having_had_fewer_turns():
    one, two, three = party(1, turns=2, lot="b"), party(2, turns=0, lot="a"), party(3, turns=0)
    line = [three, two, one]
    assert in_order(line, Priority.FIRST_COME) == [one, two, three]
    assert in_order(line, Priority.DRAW) == [two, one, three]
    assert in_order(line, Priority.FEWER_TURNS) == [two, three, one]


def test_a_lot_can_be_worked_out_again_from_the_seed():
    somebody = uuid4()
    assert lot_of("seed", somebody) == lot_of("seed", somebody) != lot_of("another", somebody)


def room(**more: object) -> Room:
    return replace(Room(capacity=2, going=1, freed=1, starts_at=START, timezone=LONDON), **more)


NOON = at(20, 12)


def test_who_lets_an_offer_go_by_is_asked_again_when_the_next_place_comes_free():
    silent = party(1, offered_until=NOON)
    lapsed = settle([silent, party(2)], room(), NOON)
    assert [each.number for each in lapsed.asked] == [2]
    waits = replace(silent, offered_until=None, passed=1)
    assert settle([waits, party(3)], room(freed=1), NOON).asked[0].number == 3
    assert settle([waits, party(3)], room(freed=2), NOON).asked[0].number == 1


def test_what_everybody_let_go_by_is_free_for_anyone():
    settled = settle([party(1, offered_until=NOON)], room(), NOON)
    assert (settled.held, settled.waiting) == (0, 0)


def test_at_night_the_free_place_waits_for_the_line_and_for_the_morning():
    settled = settle([party(1)], room(), at(20, 23))
    assert (settled.asked, settled.waiting, settled.due) == ([], 1, at(21, 9))
    last_night = settle([party(1)], room(starts_at=at(21, 8)), at(20, 23, 30))
    assert (last_night.asked, last_night.waiting, last_night.due) == ([], 0, at(21, 8))


def test_what_is_called_off_is_offered_to_nobody():
    offered = party(1, offered_until=at(20, 15))
    settled = settle([offered, party(2)], room(is_on=False), NOON)
    assert (settled.withdrawn, settled.asked, settled.held) == ([offered], [], 0)


def test_before_the_draw_nobody_is_asked():
    drawn = room(priority=Priority.DRAW, draws_at=at(24, 18))
    settled = settle([party(1)], drawn, NOON)
    assert (settled.asked, settled.waiting, settled.due) == ([], 1, at(24, 18))


def test_a_party_that_the_room_has_become_too_small_for_holds_nobody_up():
    assert [each.number for each in settle([party(1, 3), party(2)], room(), NOON).asked] == [2]


@given(
    parties=st.lists(st.tuples(st.integers(1, 4), st.sampled_from([None, -1, 1])), max_size=8),
    capacity=st.none() | st.integers(4, 12),
    fills=st.booleans(),
    hour=st.integers(0, 23),
)
def test_never_more_is_held_than_is_free_and_settling_again_changes_nothing(
    parties: list[tuple[int, int | None]], capacity: int | None, fills: bool, hour: int
):
    now = at(20, hour)
    offers = [None if ends is None else now + timedelta(hours=ends) for _, ends in parties]
    line = [
        party(n, places, offered_until=offer)
        for n, ((places, _), offer) in enumerate(zip(parties, offers, strict=True))
    ]
    open_ones = sum(each.places for each in line if each.offered_until and each.offered_until > now)
    assume(capacity is None or open_ones <= capacity)
    place = Room(capacity, 0, 1, START, LONDON, fills_room=fills)
    settled = settle(line, place, now)
    assert capacity is None or settled.held <= capacity
    ids = {each.member_id for each in settled.asked}
    lapsed = {each.member_id for each in settled.lapsed}
    then = [
        replace(each, offered_until=settled.until)
        if each.member_id in ids
        else replace(each, offered_until=None, passed=1)
        if each.member_id in lapsed
        else each
        for each in line
    ]
    again = settle(then, place, now)
    assert (again.lapsed, again.asked, again.held, again.waiting) == ([], [], settled.held, settled.waiting)
