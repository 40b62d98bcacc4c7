"""Whom to ask when somebody is missing: a few, those asked longest ago first, by day, and never after the start."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.events.cover import AT_ONCE, Gap, Willing, in_order, next_step

LONDON = "Europe/London"
START = datetime(2026, 11, 26, 18, 30, tzinfo=UTC)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAWN = datetime(2026, 11, 21, 9, tzinfo=UTC)


def willing(number: int, last_asked: datetime | None = None) -> Willing:
    return Willing(UUID(int=number), last_asked, str(number))


def gap(missing: int = 1, *, is_on: bool = True) -> Gap:
    return Gap(missing, START, LONDON, is_on)


def test_the_first_three_are_asked_and_the_next_when_one_has_said_no():
    everyone = [willing(number) for number in range(6)]
    first = next_step(gap(), [], everyone, NOON)
    assert first.asked == [each.member_id for each in everyone[:3]]
    assert first.due == first.until
    then = next_step(gap(), [first.until] * 2, everyone[3:], NOON)
    assert then.asked == [everyone[3].member_id]


def test_who_was_never_asked_comes_before_who_was_asked_long_ago():
    lately, long_ago, never = willing(1, NOON), willing(2, NOON - timedelta(days=9)), willing(3)
    assert in_order([lately, long_ago, never]) == [never, long_ago, lately]


@pytest.mark.parametrize(
    ("missing", "is_on", "now"), [(0, True, NOON), (1, False, NOON), (1, True, START), (-1, True, NOON)]
)
def test_nobody_is_asked_for_what_is_settled(missing: int, is_on: bool, now: datetime):
    step = next_step(gap(missing, is_on=is_on), [], [willing(1)], now)
    assert (step.asked, step.due) == ([], None)


def test_at_night_it_waits_for_the_morning_if_that_is_in_time():
    for night in (NOON.replace(hour=21), DAWN.replace(hour=8, minute=59)):
        step = next_step(gap(), [], [willing(1)], night)
        assert (step.asked, step.due) == ([], DAWN)
    early = Gap(1, DAWN - timedelta(hours=1), LONDON)
    assert next_step(early, [], [willing(1)], NOON.replace(hour=22)).due is None


def test_the_time_to_think_shrinks_as_the_start_comes_nearer():
    waits = [next_step(gap(), [], [willing(1)], START - timedelta(hours=h)).until - START for h in (100, 8, 2)]
    lengths = [wait + timedelta(hours=h) for wait, h in zip(waits, (100, 8, 2), strict=True)]
    # Twelve hours, beside those of the night.
    assert lengths == [timedelta(hours=24), timedelta(hours=1), timedelta(minutes=15)]


def test_when_everybody_was_asked_nothing_is_due():
    assert next_step(gap(), [], [], NOON).due is None


Answers = Sequence[bool]


@given(
    people=st.lists(st.integers(1, 500) | st.none(), max_size=12),
    noes=st.lists(st.booleans(), min_size=60, max_size=60),
    hour=st.integers(0, 23),
)
def test_nobody_is_asked_twice_no_more_than_three_at_once_and_in_order(
    people: list[int | None], noes: Answers, hour: int
):
    """Some say no and some nothing at all, until everybody was asked or it has begun."""
    left = [willing(number, ago and NOON - timedelta(hours=ago)) for number, ago in enumerate(people)]
    in_turn = [each.member_id for each in in_order(left)]
    now, asked, thinking = NOON.replace(hour=hour), [], dict[UUID, datetime]()
    for say_no in noes:
        thinking = {who: until for who, until in thinking.items() if until > now}
        step = next_step(gap(), list(thinking.values()), left, now)
        assert not step.asked or 9 <= now.hour < 21
        asked += step.asked
        left = [each for each in left if each.member_id not in step.asked]
        thinking |= dict.fromkeys(step.asked, step.until)
        assert len(thinking) <= AT_ONCE
        if step.due is None:
            break
        assert now < step.due <= START
        if say_no and thinking:
            thinking.pop(next(iter(thinking)))
        else:
            now = step.due
    assert asked == in_turn[: len(asked)]
    assert len(set(asked)) == len(asked)


def test_who_was_asked_equally_long_ago_is_drawn_and_not_by_age_of_membership():
    first, second = Willing(uuid4(), None, "b"), Willing(uuid4(), None, "a")
    assert in_order([first, second]) == [second, first]
