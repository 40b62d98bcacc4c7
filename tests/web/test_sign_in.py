from collections.abc import Callable

import pytest

from tests.web.beside import LINK, Beside
from tests.web.conftest import Browser


def test_opening_the_link_changes_nothing(browser: Browser, beside: Beside):
    for _ in range(3):
        page = browser.get(f"/h/{LINK}")
        assert page.status_code == 200
        assert "Is this phone just yours?" in page.text
    assert beside.asked == []
    assert browser.client.head(f"/h/{LINK}").status_code == 200


def test_on_their_own_phone_they_stay_for_a_month(browser: Browser):
    answer = browser.sign_in("yes")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/"
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("session=secret-0;")
    for part in ("HttpOnly", "SameSite=lax", "Path=/", "Max-Age=2592000"):
        assert part in cookie
    assert "Secure" not in cookie
    assert "Domain" not in cookie
    assert "Member 7" in browser.get("/").text


def test_on_a_shared_phone_they_are_out_when_the_browser_closes(browser: Browser):
    cookie = browser.sign_in("no").headers["set-cookie"]
    assert "Max-Age" not in cookie
    assert "expires" not in cookie.lower()


def test_by_https_the_cookie_is_bound_to_the_host(open_site: Callable[..., Browser]):
    cookie = open_site("https://forum.example.org").sign_in().headers["set-cookie"]
    assert cookie.startswith("__Host-session=")
    assert "Secure" in cookie
    assert "Path=/" in cookie


@pytest.mark.parametrize("code", ["old-link", "a" * 200, "a" * 201, "%C3%A9", "..%2f", "<b>"])
def test_a_wrong_or_old_link_is_one_kind_page(browser: Browser, code: str):
    page = browser.send(f"/h/{code}", shown=f"/h/{LINK}", own="yes")
    assert page.status_code == 404
    assert "set-cookie" not in page.headers
    if "%2f" not in code:
        assert "does not work any more" in page.text


def test_a_form_without_a_choice_asks_again(browser: Browser, beside: Beside):
    page = browser.send(f"/h/{LINK}")
    assert page.status_code == 422
    assert "one of the two buttons" in page.text
    assert "sessions" not in beside.asked


def test_a_form_from_elsewhere_signs_nobody_in(browser: Browser, beside: Beside):
    page = browser.client.post(f"/h/{LINK}", data={"own": "yes", "token": "made.up"})
    assert page.status_code == 403
    assert "open for too long" in page.text
    assert beside.sessions == set()


def test_while_members_is_away_the_link_keeps(browser: Browser, beside: Beside):
    beside.away = {"members"}
    page = browser.sign_in()
    assert page.status_code == 503
    assert "Your link still works" in page.text
    beside.away = set()
    assert browser.sign_in().status_code == 303


def test_a_second_link_ends_the_session_before(browser: Browser, beside: Beside):
    browser.sign_in()
    browser.sign_in()
    assert len(beside.sessions) == 1
    assert "end" in beside.asked


def test_a_session_that_ended_elsewhere_signs_out_quietly(browser: Browser, beside: Beside):
    beside.expires_in = 60
    browser.sign_in()
    beside.sessions.clear()
    page = browser.get("/")
    assert page.status_code == 200
    assert "Member 7" not in page.text
    assert 'session=""; ' in page.headers["set-cookie"]
    assert "Max-Age=0" in page.headers["set-cookie"]


def test_a_page_costs_no_sign_in_while_the_token_is_good(browser: Browser, beside: Beside):
    browser.sign_in()
    for _ in range(4):
        browser.get("/")
    assert "tokens" not in beside.asked


def test_leaving_ends_the_session_and_clears_the_browser(browser: Browser, beside: Beside):
    browser.sign_in()
    assert 'action="/leave"' in browser.get("/").text
    answer = browser.client.post("/leave")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/"
    assert answer.headers["clear-site-data"] == '"cache", "cookies", "storage"'
    assert answer.headers["cache-control"] == "private, no-store"
    assert beside.sessions == set()
    assert "Member 7" not in browser.get("/").text


def test_leaving_works_while_members_is_away_and_for_anybody(browser: Browser, beside: Beside):
    assert browser.client.post("/leave").status_code == 303
    browser.sign_in()
    beside.away = {"members"}
    assert browser.client.post("/leave").status_code == 303
    assert "Member 7" not in browser.get("/").text


def test_leaving_by_address_shows_a_button_and_the_truth(browser: Browser, beside: Beside):
    browser.sign_in()
    page = browser.get("/leave").text
    assert "<button>Leave now</button>" in page
    assert "does not clear the list of pages" in page
    assert beside.sessions


def test_a_cookie_of_nonsense_is_nobody(browser: Browser):
    for nonsense in ("x" * 5000, "made-up", ""):
        page = browser.get("/", headers={"Cookie": f"session={nonsense}"})
        assert page.status_code == 200
        assert "Member 7" not in page.text
