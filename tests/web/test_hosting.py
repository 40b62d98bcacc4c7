"""What a member was asked to run: found, answered, and left again."""

from tests.web.beside import Beside
from tests.web.beside_programme import FORUM, GAMES
from tests.web.conftest import Browser

PAGE = "/me/hosting"
ASKED = {"activity_id": GAMES, "title": "Games <night>", "group": FORUM, "agreed": False}


def test_who_is_asked_says_yes_and_later_stops(browser: Browser, beside: Beside):
    browser.sign_in()
    beside.hosting = [dict(ASKED)]
    page = browser.get(PAGE).text
    assert "<bdi>Games &lt;night&gt;</bdi>" in page
    assert "Only if you like" in page
    agreed = browser.get(browser.send(PAGE, yes=GAMES).headers["location"]).text
    assert "You run it together now" in agreed
    assert "You run this." in agreed
    assert 'name="yes"' not in agreed
    left = browser.get(browser.send(PAGE, no=GAMES).headers["location"]).text
    assert "Nobody asks why" in left
    assert "You run nothing just now" in left


def test_what_cannot_be_is_said(browser: Browser, beside: Beside):
    browser.sign_in()
    beside.hosting = [dict(ASKED)]
    token = browser.get(PAGE).text.split('name="token" value="')[1].split('"')[0]
    beside.hosting.clear()
    for said, words in (({"yes": GAMES}, "No."), ({"yes": "x"}, "one of the buttons")):
        assert words in browser.client.post(PAGE, data={"token": token} | said).text


def test_who_comes_by_the_link_signs_in_first(browser: Browser):
    assert browser.get(PAGE).status_code in (303, 401)
