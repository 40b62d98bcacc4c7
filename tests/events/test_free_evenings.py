"""Evenings on which something new could be."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from services.events.free_evenings import evenings_of, free_evenings
from services.events.models import ClosedDate, Group
from shared.contracts.members import Visibility
from tests.events.builders import THURSDAY, given_group, given_member, given_occurrence

FIRST = date(2026, 11, 24)
SOME_DAYS = st.lists(st.dates(FIRST, FIRST + timedelta(days=41)))
Headers = dict[str, str]


@given(SOME_DAYS, SOME_DAYS, SOME_DAYS)
def test_every_free_day_is_there_once_and_no_other_and_quiet_weekdays_come_first(
    taken: list[date], shut: list[date], elsewhere: list[date]
):
    days = [FIRST + timedelta(days=number) for number in range(42)]
    found = free_evenings(days, taken=taken, shut=shut, elsewhere=elsewhere)
    assert sorted(found) == [day for day in days if day not in taken and day not in shut]
    used = Counter(day.weekday() for day in elsewhere)
    keys = [(used[day.weekday()], day) for day in found]
    assert keys == sorted(keys)


@pytest.mark.parametrize(
    ("starts", "ends", "days"),
    [
        ("2026-11-26T18:30", "2026-11-26T21:00", [26]),
        ("2026-11-26T12:00", "2026-11-26T17:00", []),
        ("2026-11-26T12:00", "2026-11-26T17:01", [26]),
        ("2026-11-26T23:00", "2026-11-27T02:00", []),
        ("2026-11-26T22:00", "2026-11-27T02:00", [26]),
        ("2026-11-26T18:30", "2026-11-26T18:30", [26]),
        ("2026-11-27T18:00", "2026-11-29T14:00", [27, 28]),
        ("2026-11-26T00:00", "2026-11-28T00:00", [26, 27]),
    ],
)
def test_an_evening_is_from_five_to_eleven(starts: str, ends: str, days: list[int]):
    found = evenings_of(datetime.fromisoformat(starts), datetime.fromisoformat(ends))
    assert [day.day for day in found] == days


def suggested(client: TestClient, headers: Headers, slug: str = "forum", weeks: int = 1) -> Any:
    answer = client.get(f"/groups/{slug}/free-evenings", params={"weeks": weeks}, headers=headers)
    assert answer.status_code == 200
    return [each["words"].split()[0] for each in answer.json()["items"]]


def test_a_group_hears_which_evenings_are_free_and_where_others_do_least(
    client: TestClient, session: Session, forum: Group, as_member: Callable[..., Headers]
):
    given_occurrence(session, forum)  # Thursday
    given_occurrence(session, forum, replace(THURSDAY, cancelled=True), days=1)
    music = given_group(session, "music")
    for days in (-2, -1):  # Tuesday and Wednesday
        given_occurrence(session, music, days=days)
    given_occurrence(session, music, days=-1)
    session.add(ClosedDate(group_id=forum.id, day=date(2026, 11, 28), reason="The hall is being painted"))
    member = given_member(session, forum)
    session.commit()
    assert suggested(client, as_member(member)) == ["Friday", "Sunday", "Monday", "Tuesday", "Wednesday"]


def test_no_bank_holiday_is_suggested(
    client: TestClient, session: Session, forum: Group, as_member: Callable[..., Headers]
):
    answer = client.get("/groups/forum/free-evenings?weeks=6", headers=as_member(given_member(session, forum)))
    days = {each["day"] for each in answer.json()["items"]}
    assert len(days) == 42 - 4  # Christmas, Boxing Day and the day in its place, New Year's Day
    assert not {"2026-12-25", "2026-12-26", "2026-12-28", "2027-01-01"} & days


def test_d25_what_a_hidden_group_does_moves_nothing_for_others(
    client: TestClient, session: Session, forum: Group, as_member: Callable[..., Headers]
):
    hidden = given_group(session, "quiet-ones", Visibility.HIDDEN)
    member, outsider = given_member(session, hidden), given_member(session, forum)
    session.commit()
    before = suggested(client, as_member(outsider))
    given_occurrence(session, hidden)
    session.commit()
    assert suggested(client, as_member(outsider)) == before
    assert suggested(client, as_member(member)) != before
    assert "Thursday" not in suggested(client, as_member(member), "quiet-ones")


@pytest.mark.parametrize("weeks", [0, 27, "many"])
def test_no_more_weeks_than_the_programme_has(
    client: TestClient, forum: Group, as_member: Callable[..., Headers], weeks: Any
):
    answer = client.get(f"/groups/forum/free-evenings?weeks={weeks}", headers=as_member(forum.id))
    assert answer.status_code == 422
