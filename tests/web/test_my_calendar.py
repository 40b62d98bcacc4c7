"""The address of a member's own calendar: made by them, shown once, and ended by them."""

from tests.web.beside import Beside
from tests.web.conftest import Browser

PAGE = "/me/calendar"
ADDRESS = "http://testserver/api/events/feeds/secret.ics"


def test_an_address_is_shown_once_and_kept_by_nobody(browser: Browser, beside: Beside):
    browser.sign_in()
    assert 'href="/me/calendar"' in browser.get("/me").text
    assert "You have an address" not in browser.get(PAGE).text
    made = browser.send(PAGE)
    assert (made.status_code, made.headers["cache-control"]) == (201, "private, no-store")
    assert f'value="{ADDRESS}"' in made.text
    assert beside.feed == {"made_at": "2026-11-23T10:30:00Z", "full_details": False}
    page = browser.get(PAGE).text
    assert "You have an address" in page
    assert "secret" not in page


def test_all_details_are_there_for_who_asks_for_them(browser: Browser, beside: Beside):
    browser.sign_in()
    browser.send(PAGE, details="yes")
    assert beside.feed is not None
    assert beside.feed["full_details"] is True
    assert "every group" in browser.get(PAGE).text


def test_an_address_is_ended(browser: Browser, beside: Beside):
    browser.sign_in()
    browser.send(PAGE)
    ended = browser.send(f"{PAGE}/end", shown=PAGE)
    assert (ended.status_code, ended.headers["location"]) == (303, PAGE)
    assert beside.feed is None


def test_a_form_that_is_not_ours_makes_none(browser: Browser, beside: Beside):
    browser.sign_in()
    assert browser.client.post(PAGE, data={"token": "forged"}).status_code == 403
    assert beside.feed is None


def test_who_is_not_in_comes_in_first(browser: Browser):
    for answer in (browser.get(PAGE), browser.client.post(PAGE), browser.client.post(f"{PAGE}/end")):
        assert (answer.status_code, answer.headers["location"]) == (303, "/in")
