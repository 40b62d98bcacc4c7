"""What people take along into their own calendars."""

import pytest

from tests.web.beside import Beside
from tests.web.beside_programme import FILM, GAMES, HIDDEN, an_occurrence
from tests.web.conftest import Browser

FILE = f"/occurrences/{GAMES}/calendar.ics"


def test_an_evening_is_put_into_a_calendar_by_a_link(browser: Browser):
    assert f'<a href="{FILE}">Put it in my calendar</a>' in browser.get(f"/occurrences/{GAMES}").text
    file = browser.get(FILE)
    assert (file.status_code, file.text) == (200, f"calendar of {GAMES}")
    assert file.headers["content-type"].startswith("text/calendar")
    assert file.headers["content-disposition"] == 'attachment; filename="evening.ics"'
    assert file.headers["cache-control"] == "private, no-store"


def test_what_is_not_on_is_put_into_no_calendar(browser: Browser):
    assert "calendar.ics" not in browser.get(f"/occurrences/{FILM}").text


def test_d25_a_hidden_groups_evening_is_for_its_members(browser: Browser, beside: Beside):
    beside.hidden.append(
        an_occurrence(HIDDEN, "Quiet evening", "2026-12-01T18:00:00+00:00", "2026-12-01T19:00:00+00:00")
    )
    assert browser.get(f"/occurrences/{HIDDEN}/calendar.ics").status_code == 404
    browser.sign_in()
    assert browser.get(f"/occurrences/{HIDDEN}/calendar.ics").text == f"calendar of {HIDDEN}"


def test_while_events_is_away_it_says_so(browser: Browser, beside: Beside):
    beside.away = {"events"}
    page = browser.get(FILE)
    assert (page.status_code, page.headers["retry-after"]) == (503, "10")


def test_a_groups_list_has_a_feed_to_subscribe_to(browser: Browser):
    assert "Calendar feed" not in browser.get("/").text
    assert '<a href="/calendars/voices.ics">Calendar feed</a>' in browser.get("/?group=voices").text


def test_d25_a_hidden_groups_list_has_none(browser: Browser, beside: Beside):
    group = {"id": HIDDEN, "slug": "quiet", "name": "Quiet ones", "is_hidden": True}
    times = ("2026-12-01T18:00:00+00:00", "2026-12-01T19:00:00+00:00")
    beside.hidden.append(an_occurrence(HIDDEN, "Quiet evening", *times, group=group))
    browser.sign_in()
    page = browser.get("/?group=quiet").text
    assert "Quiet ones" in page
    assert "Calendar feed" not in page


@pytest.mark.parametrize(
    ("slug", "leads_to"),
    [("voices", "voices"), ("no-one", "no-one"), ("%2F%2Felsewhere.example%2F", None), ("a%3Fb%23c", "a%3Fb%23c")],
)
def test_the_short_address_of_a_feed_leads_to_it_and_nowhere_else(browser: Browser, slug: str, leads_to: str | None):
    answer = browser.get(f"/calendars/{slug}.ics")
    if leads_to is None:
        assert answer.status_code == 404
    else:
        assert answer.status_code == 307
        assert answer.headers["location"] == f"/api/events/groups/{leads_to}/calendar.ics"
