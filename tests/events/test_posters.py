"""A week to hang on a wall."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from services.events.models import Group, Occurrence
from services.events.poster_week import Week, when_words
from services.events.use_cases.rsvp import answer_rsvp
from shared.contracts.events import Answer
from shared.contracts.members import Visibility
from tests.conftest import Clock
from tests.events.builders import LONDON, THURSDAY, given_group, given_member, given_occurrence

WEEK = "2026-W48"
DAYS = st.dates(date(2001, 1, 1), date(2199, 1, 1))


def evenings(client: TestClient, week: str | None = WEEK, path: str = "/poster") -> dict[str, list[dict[str, Any]]]:
    """What is on the poster, by the words for the day."""
    answer = client.get(path, params={"week": week} if week else {})
    assert answer.status_code == 200
    days = answer.json()["days"]
    assert len(days) == 7
    return {day["words"]: day["evenings"] for day in days if day["evenings"]}


def test_a_week_has_its_evenings_by_day_in_words(client: TestClient, evening: Occurrence):
    [found] = evenings(client)["Thursday 26 November"]
    facts = {name: found[name] for name in ("title", "when", "place", "room", "off", "tentative")}
    assert facts == {
        "title": "Games night",
        "when": "6.30pm to 9pm",
        "place": "Church Hall",
        "room": "room",
        "off": False,
        "tentative": False,
    }
    assert found["group"]["name"] == "Forum"
    assert found["card"]["step_free"] == {"known": "dont_know", "note": ""}
    assert evenings(client, "2026-W49") == {}


def test_without_a_name_it_is_this_week(client: TestClient, evening: Occurrence):
    assert list(evenings(client, None)) == ["Thursday 26 November"]


def test_one_groups_poster_has_its_own_evenings(client: TestClient, session: Session, evening: Occurrence):
    given_occurrence(session, given_group(session, "music"))
    session.commit()
    assert len(evenings(client)["Thursday 26 November"]) == 2
    [found] = evenings(client, path="/groups/forum/poster")["Thursday 26 November"]
    assert found["group"]["slug"] == "forum"


def test_a_full_evening_says_so_and_one_that_is_off_is_crossed_out(
    client: TestClient, session: Session, forum: Group, clock: Clock
):
    full = given_occurrence(session, forum, capacity=1)
    given_occurrence(session, forum, replace(THURSDAY, cancelled=True), days=1)
    answer_rsvp(session, full.id, given_member(session, forum), Answer.GOING, now=clock())
    session.commit()
    found = evenings(client)
    assert found["Thursday 26 November"][0]["room"] == "full: ask to wait"
    assert found["Friday 27 November"][0]["off"] is True


def test_d25_nothing_of_a_hidden_group_is_on_a_poster(client: TestClient, session: Session):
    hidden = given_group(session, "quiet-ones", Visibility.HIDDEN)
    given_occurrence(session, hidden)
    session.commit()
    assert evenings(client) == {}
    same = {"X-Request-Id": "the-same-request"}
    theirs, nonsense = (client.get(f"/groups/{slug}/poster", headers=same) for slug in ("quiet-ones", "no-one"))
    assert theirs.status_code == 404
    assert (theirs.headers.raw, theirs.content) == (nonsense.headers.raw, nonsense.content)


@pytest.mark.parametrize(
    ("week", "last"),
    [("2027-W12", datetime(2027, 3, 28, 23, 30)), ("2026-W43", datetime(2026, 10, 25, 23, 30))],
)
def test_a_week_in_which_the_clocks_change_ends_at_midnight(
    client: TestClient, session: Session, forum: Group, week: str, last: datetime
):
    for starts in (last, last + timedelta(minutes=30)):
        given_occurrence(session, forum, replace(THURSDAY, starts=starts, ends=starts))
    session.commit()
    [(day, [found])] = evenings(client, week).items()
    assert (day.split()[0], found["when"]) == ("Sunday", "11.30pm")


@pytest.mark.parametrize("week", ["", "soon", "2026-48", "2026-W00", "2026-W54", "2027-W53", "0001-W01", "9999-W52"])
def test_a_week_that_no_year_has_is_refused_with_an_example(client: TestClient, week: str):
    answer = client.get("/poster", params={"week": week})
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:afterhours:no-such-week")
    assert "2026-W48" in answer.json()["detail"]


@given(DAYS)
def test_every_day_is_in_the_week_it_names(day: date):
    week = Week.of(day)
    assert day in week.days
    assert Week.read(week.name) == week
    since, until = week.bounds(LONDON)
    assert until - since in {timedelta(days=7, hours=hours) for hours in (-1, 0, 1)}
    assert Week.of(week.days[-1] + timedelta(days=1)).bounds(LONDON)[0] == until
    assert since.tzinfo is UTC


@pytest.mark.parametrize(
    ("starts", "ends", "all_day", "words"),
    [
        ("2026-11-26T12:00", "2026-11-26T13:30", False, "noon to 1.30pm"),
        ("2026-11-26T20:00", "2026-11-27T00:00", False, "8pm to midnight"),
        ("2026-11-26T22:00", "2026-11-27T02:00", False, "10pm to 2am"),
        ("2026-11-26T18:30", "2026-11-26T18:30", False, "6.30pm"),
        ("2026-11-27T18:00", "2026-11-29T14:00", False, "6pm, until Sunday 29 November, 2pm"),
        ("2026-11-26T00:00", "2026-11-27T00:00", True, "All day"),
        ("2026-11-26T00:00", "2026-11-28T00:00", True, "All day, until Friday 27 November"),
    ],
)
def test_times_are_as_people_say_them(starts: str, ends: str, all_day: bool, words: str):
    assert when_words(datetime.fromisoformat(starts), datetime.fromisoformat(ends), all_day=all_day) == words
