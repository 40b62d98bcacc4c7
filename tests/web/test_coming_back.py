"""Whoever opens a page of their own and is not in comes in first, and then is there."""

import pytest

from services.web.pages import PAGES
from tests.web.beside import WORDS
from tests.web.beside_mine import INVITATION, WALKERS
from tests.web.conftest import Browser

OWN = sorted(
    route.path.replace("{group_id}", WALKERS)  # type: ignore[attr-defined]
    for router in PAGES
    for route in router.routes
    if "GET" in route.methods and route.path.startswith("/me")  # type: ignore[attr-defined]
)


def test_there_are_pages_of_ones_own():
    assert {"/me", "/me/choices", f"/me/groups/{WALKERS}"} <= set(OWN)


@pytest.mark.parametrize("path", [path for path in OWN if path != "/me/end"])
def test_each_of_them_leads_through_the_door_and_back(browser: Browser, path: str):
    assert browser.get(path).headers["location"] == "/in"
    back = browser.send("/in", words=WORDS).headers["location"]
    assert path.startswith(back)
    assert back.count("/") == min(path.count("/"), 3 if "groups/" in path else 2), "a second step begins at the first"
    assert browser.get(back).status_code == 200


def test_nobody_comes_in_to_the_page_where_one_leaves_for_good(browser: Browser):
    assert browser.get("/me/end").headers["location"] == "/in"
    assert browser.send("/in", words=WORDS).headers["location"] == "/"


def test_who_has_an_invitation_is_led_to_it_rather_than_to_what_they_looked_for_before(browser: Browser):
    browser.get("/me/choices")
    browser.send("/join", code=INVITATION)
    assert browser.send("/in", words=WORDS).headers["location"] == "/join"
