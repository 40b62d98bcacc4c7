"""An invitation to a group: what the page says of it before the group has let somebody in, and after."""

from typing import Any

import pytest

from tests.web.beside import LINK, WORDS, Beside
from tests.web.beside_mine import INVITATION, WALKERS
from tests.web.conftest import TOKEN, Browser

NONSENSE = "0000000000"


def test_an_invitation_lets_a_member_in_with_one_button(browser: Browser, beside: Beside):
    browser.sign_in()
    beside.mine.roles.clear()
    page = browser.get("/join").text
    assert "will see the name Member 7" in page
    answer = browser.send("/join", code="7kx2m-4qz9c")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/me/groups/{WALKERS}?done=joined")
    page = browser.get(answer.headers["location"]).text
    assert "You are in. Welcome." in page
    assert "Walkers" in page


def test_pressing_twice_is_being_in_once(browser: Browser, beside: Beside):
    browser.sign_in()
    token = TOKEN.search(browser.get("/join").text)
    assert token is not None
    both = [browser.client.post("/join", data={"token": token[1], "code": INVITATION}) for _ in range(2)]
    assert {it.headers["location"] for it in both} == {f"/me/groups/{WALKERS}?done=joined"}


def test_d15_before_they_are_in_a_code_is_as_good_as_nonsense(browser: Browser, beside: Beside):
    def told(code: str) -> Any:
        answer = browser.send("/join", code=code)
        next_page = browser.get(answer.headers["location"]).text
        return answer.status_code, answer.headers["location"], TOKEN.sub("", next_page)

    assert told(INVITATION) == told(NONSENSE)
    assert beside.mine.told == [], "nothing is looked up for who is not in"
    assert "Walkers" not in browser.get("/join").text


@pytest.mark.parametrize("way", ["link", "words"])
def test_who_comes_in_meanwhile_finds_the_code_again(browser: Browser, beside: Beside, way: str):
    answer = browser.send("/join", code="7KX2M-4QZ9C")
    (kept,) = [it for it in answer.headers.get_list("set-cookie") if it.startswith("invitation=")]
    assert "HttpOnly" in kept
    assert "Max-Age" not in kept, "it goes with the browser, which may be a library's"
    assert "We kept the code" in browser.get("/in").text
    came = browser.send(f"/h/{LINK}", own="no") if way == "link" else browser.send("/in", words=WORDS)
    assert (came.status_code, came.headers["location"]) == (303, "/join")
    assert f'value="{INVITATION}"' in browser.get("/join").text
    assert INVITATION not in browser.get("/join").text, "the next person at this computer does not find it"
    assert beside.mine.told == [], "coming in presses no button for them"
    joined = browser.send("/join", code=INVITATION)
    assert joined.status_code == 303
    assert INVITATION not in browser.get("/join").text


@pytest.mark.parametrize("code", [NONSENSE, "x" * 5000, "7KX2M", "☂" * 10, 'a"b<c>'])
def test_a_code_that_opens_nothing_stays_to_be_looked_at(browser: Browser, code: str):
    browser.sign_in()
    page = browser.send("/join", code=code)
    assert page.status_code == 404
    assert "does not open anything" in page.text
    assert "a new one" in page.text
    assert f'value="{code[:200].replace('"', "&#34;").replace("<", "&lt;").replace(">", "&gt;")}"' in page.text


@pytest.mark.parametrize("code", ["", "  "])
def test_an_empty_box_asks_for_the_code(browser: Browser, beside: Beside, code: str):
    browser.sign_in()
    page = browser.send("/join", code=code)
    assert (page.status_code, beside.mine.told) == (422, [])
    assert "type the code" in page.text


def test_who_is_not_in_and_types_nothing_keeps_nothing(browser: Browser):
    answer = browser.send("/join", code="")
    assert answer.headers["location"] == "/in"
    assert "invitation" not in str(answer.headers.get_list("set-cookie"))


def test_an_odd_code_is_kept_as_letters_alone(browser: Browser):
    browser.send("/join", code="é7;KX2M=\n" + "4" * 400)
    page = browser.get("/join").text
    assert 'value="7KX2M444' in page
    assert "=" not in page.split('id="code" name="code" value="')[1].split('"')[0]


def test_an_old_form_lets_nobody_in_and_loses_nothing(browser: Browser, beside: Beside):
    browser.sign_in()
    page = browser.client.post("/join", data={"token": "made.up", "code": INVITATION})
    assert (page.status_code, beside.mine.told) == (403, [])
    assert f'value="{INVITATION}"' in page.text


def test_a_form_of_another_site_keeps_no_code(browser: Browser):
    answer = browser.client.post("/join", data={"token": "made.up", "code": INVITATION})
    assert "invitation" not in str(answer.headers.get_list("set-cookie"))


@pytest.mark.parametrize("expires_in", [600, 60])
def test_while_members_is_away_the_code_stays(browser: Browser, beside: Beside, expires_in: int):
    beside.expires_in = expires_in
    browser.sign_in()
    beside.away = {"members"}
    page = browser.send("/join", code=INVITATION)
    assert (page.status_code, page.headers["retry-after"]) == (503, "10")
    assert f'value="{INVITATION}"' in page.text
    beside.away = set()
    assert browser.send("/join", code=INVITATION).status_code == 303


def test_the_page_reads_what_stands_after_the_hash_by_a_script_from_here_alone(browser: Browser):
    for page in (browser.get("/join"), browser.client.post("/join", data={"code": "x"})):
        policy = page.headers.get("content-security-policy", "")
        assert "script-src 'self'" in policy or page.status_code == 303
    page = browser.get("/join")
    assert page.text.count("<script") == 1
    script = browser.get(page.text.split('<script src="')[1].split('"')[0]).text
    assert "location.hash" in script
    assert "replaceState" in script
    assert len(page.content) <= 15_000
