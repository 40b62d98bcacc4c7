"""What a member sees and changes of their own record: addresses, cards, who looked; and its end."""

import re
from typing import Any

import pytest

from tests.web.beside import WORDS, Beside
from tests.web.beside_record import CLAIM_CODE, NEW_CARD, PHONE, an_address
from tests.web.conftest import TOKEN, Browser

PAGES = ["/me/addresses", "/me/looked", "/me/cards", "/me/end"]
FORMS = [
    ("/me/addresses", {"address": "+44 7700 900007"}),
    ("/me/addresses/remove", {"which": PHONE}),
    ("/me/cards", {}),
    ("/me/cards/end", {}),
    ("/me/end", {"sure": "yes"}),
]


def type_code(browser: Browser, code: str = CLAIM_CODE) -> Any:
    return browser.send("/me/addresses/code", code=code)


@pytest.mark.parametrize("path", PAGES)
def test_each_page_is_small_strict_and_kept_nowhere(browser: Browser, path: str):
    browser.sign_in()
    page = browser.get(path)
    assert (page.status_code, page.headers["cache-control"]) == (200, "private, no-store")
    assert len(page.content) <= 15_000
    assert page.text.count("<h1") == 1
    assert "script" not in page.text + page.headers["content-security-policy"]
    assert " style=" not in page.text


@pytest.mark.parametrize("path", [path for path in PAGES if path != "/me/end"])
def test_whoever_is_not_in_comes_in_first_and_is_back(browser: Browser, path: str):
    assert browser.get(path).headers["location"] == "/in"
    assert browser.send("/in", words=WORDS).headers["location"] == path


@pytest.mark.parametrize("path", PAGES)
def test_while_members_is_away_each_page_says_so(browser: Browser, beside: Beside, path: str):
    beside.expires_in = 60
    browser.sign_in()
    beside.away = {"members"}
    page = browser.get(path)
    assert page.status_code == 503
    assert "It is not you" in page.text


def test_the_ways_to_them_are_on_the_pages_that_people_know(browser: Browser):
    browser.sign_in()
    links = set(
        re.findall(r'href="(/me/\w+)"', "".join(browser.get(f"/me/{it}").text for it in ("choices", "sessions")))
    )
    assert links >= {"/me/addresses", "/me/looked", "/me/cards", "/me/keys", "/me/export"}
    assert 'href="/me/end"' in browser.get("/me/export").text


def test_an_address_is_shown_by_its_end_and_what_is_wrong_with_it(browser: Browser, beside: Beside):
    browser.sign_in()
    beside.record.addresses = [
        an_address(),
        an_address(channel="email", hint="m…@….org", state="stopped"),
        an_address(state="failed"),
        an_address(needs_confirming=True),
    ]
    page = browser.get("/me/addresses").text
    for words in ("ends in 07", "m…@….org", "You said stop", "could not reach you", "not heard from you"):
        assert words in page
    assert "You have no card" not in page
    beside.record.addresses = [an_address()]
    assert "If this one goes, you cannot come in any more" in browser.get("/me/addresses").text
    beside.record.cards = [
        {"id": PHONE, "issued_by_me": True, "issued_at": "2026-11-20T10:00:00Z", "last_used_at": None}
    ]
    assert "You have no card" not in browser.get("/me/addresses").text
    beside.record.addresses = []
    assert "You come in with your card only" in browser.get("/me/addresses").text


@pytest.mark.parametrize(("typed", "channel"), [("+44 7700 900007", "sms"), ("member7@example.org", "email")])
def test_an_address_is_added_by_the_code_that_went_there(browser: Browser, beside: Beside, typed: str, channel: str):
    browser.sign_in()
    asked = browser.send("/me/addresses", address=typed)
    assert (asked.status_code, asked.headers["location"]) == (303, "/me/addresses/code")
    assert "HttpOnly" in asked.headers["set-cookie"]
    assert beside.record.claimed == [{"channel": channel, "address": typed}]
    assert 'autocomplete="one-time-code"' in browser.get("/me/addresses/code").text
    assert type_code(browser).headers["location"] == "/me/addresses"
    assert beside.record.done == ["claim", "confirm"]
    assert browser.get("/me/addresses/code").headers["location"] == "/me/addresses", "a code is typed once"


@pytest.mark.parametrize("code", ["", "999999", "x" * 5000])
def test_a_wrong_code_may_be_typed_again(browser: Browser, beside: Beside, code: str):
    browser.sign_in()
    browser.send("/me/addresses", address="member7@example.org")
    page = type_code(browser, code)
    assert page.status_code == 422
    assert "That code does not work. Ask for a new one." in page.text
    assert type_code(browser).status_code == 303


def test_a_code_is_of_no_use_in_another_browser_or_to_come_in(browser: Browser, beside: Beside):
    browser.sign_in()
    browser.send("/me/addresses", address="member7@example.org")
    assert browser.get("/in/code").headers["location"] == "/in"
    browser.client.cookies.delete("claim")
    assert browser.send("/me/addresses/code", shown="/me/addresses", code=CLAIM_CODE).status_code == 303
    assert beside.record.done == ["claim"]


@pytest.mark.parametrize("typed", ["", "nobody", "1" * 5000, "<b>"])
def test_where_nothing_can_be_sent_the_page_says_how_to_write_it(browser: Browser, beside: Beside, typed: str):
    browser.sign_in()
    page = browser.send("/me/addresses", address=typed)
    assert page.status_code == 422
    assert "Write it with its country." in page.text
    assert "<b></b>" not in page.text
    assert beside.record.claimed == []


def test_an_address_is_taken_away_in_two_taps_and_twice_is_once(browser: Browser, beside: Beside):
    browser.sign_in()
    assert "<summary>Take it away</summary>" in browser.get("/me/addresses").text
    for _ in range(2):
        assert browser.send("/me/addresses/remove", shown="/me/addresses", which=PHONE).status_code == 303
    assert set(beside.record.done) == {f"remove {PHONE}"}
    assert browser.send("/me/addresses/remove", shown="/me/addresses", which="nonsense").status_code == 422


@pytest.mark.parametrize(("path", "fields"), FORMS)
def test_who_came_in_too_long_ago_does_so_again_and_is_back(
    browser: Browser, beside: Beside, path: str, fields: dict[str, str]
):
    browser.sign_in()
    beside.record.stale = True
    part = "/".join(path.split("/")[:3])
    page = browser.send(path, shown=part, **fields)
    assert page.status_code == 403
    assert "Please sign in again first. Then try once more." in page.text
    assert 'href="/in">Come in again' in page.text
    assert beside.record.done == []
    assert browser.send("/in", words=WORDS).headers["location"] == part


def test_who_looked_is_told_newest_first_and_a_page_at_a_time(browser: Browser, beside: Beside):
    browser.sign_in()
    assert "Nobody has yet." in browser.get("/me/looked").text
    beside.record.looks = [f"Worker {n} looked at your phone number <b>{n}</b>." for n in (3, 2, 1)]
    page = browser.get("/me/looked").text
    assert page.index("Worker 3") < page.index("Worker 2")
    assert "Worker 1" not in page
    assert "<b>3</b>" not in page
    assert 'href="/me/looked?after=two%26more"' in page
    older = browser.get("/me/looked?after=two%26more").text
    assert "Worker 1" in older
    assert "Show older ones" not in older
    assert browser.get("/me/looked?after=bad").headers["location"] == "/me/looked"


def test_a_card_is_shown_once_with_its_square_and_its_words(browser: Browser, beside: Beside):
    browser.sign_in()
    page = browser.send("/me/cards")
    assert (page.status_code, page.headers["cache-control"]) == (201, "private, no-store")
    assert NEW_CARD["words"] in page.text
    assert "<svg" in page.text
    assert "card.q8Zr2NnYtKc4" not in page.text
    assert NEW_CARD["words"] not in browser.get("/me/cards").text
    assert "@media print" in browser.get(re.search(r'href="(/static/[^"]+css)"', page.text)[1]).text  # type: ignore[index]


def test_cards_are_listed_without_what_is_on_them_and_end_together(browser: Browser, beside: Beside):
    browser.sign_in()
    assert "You have none." in browser.get("/me/cards").text
    facts = {"issued_at": "2026-11-20T10:00:00Z", "last_used_at": None}
    beside.record.cards = [{"id": PHONE, "issued_by_me": False} | facts]
    page = browser.get("/me/cards").text
    assert "It was printed for you" in page
    assert "The one you have stops working." in page
    assert browser.send("/me/cards/end", shown="/me/cards").headers["location"] == "/me/cards"
    assert beside.record.done == ["end cards"]


def test_somebody_leaves_for_good_after_they_said_that_they_are_sure(browser: Browser, beside: Beside):
    browser.sign_in()
    unsure = browser.send("/me/end")
    assert (unsure.status_code, beside.record.done) == (422, [])
    assert "Nothing was erased." in unsure.text
    gone = browser.send("/me/end", sure="yes")
    assert (gone.status_code, gone.headers["location"]) == (303, "/gone")
    assert "cookies" in gone.headers["clear-site-data"]
    assert beside.record.done == ["erase"]
    page = browser.get("/gone").text
    assert "Your name here, your numbers and your emails are erased." in page
    assert "a few minutes" in page, "the other services follow by messages"
    assert "Member 7" not in page


def test_who_pressed_twice_is_told_that_it_is_done(browser: Browser, beside: Beside):
    browser.sign_in()
    token = TOKEN.search(browser.get("/me/end").text)
    assert token is not None
    fields = {"token": token[1], "sure": "yes"}
    cookie = {"Cookie": f"session={browser.client.cookies['session']}"}
    assert browser.client.post("/me/end", data=fields, headers=cookie).headers["location"] == "/gone"
    beside.sessions.clear()
    twice = browser.client.post("/me/end", data=fields, headers=cookie)
    assert "If you pressed twice, it is done" in twice.text
    assert beside.record.done == ["erase"]


def test_who_was_signed_out_meanwhile_is_not_told_that_they_are_gone(browser: Browser, beside: Beside):
    browser.sign_in()
    beside.record.ended = True
    page = browser.send("/me/end", sure="yes")
    assert (page.status_code, beside.record.done) == (409, [])
    assert "come in and press once more" in page.text


@pytest.mark.parametrize(("path", "fields"), [*FORMS, ("/me/addresses/code", {"code": CLAIM_CODE})])
def test_a_form_from_elsewhere_or_of_nobody_does_nothing(
    browser: Browser, beside: Beside, path: str, fields: dict[str, str]
):
    assert browser.client.post(path, data=fields).headers["location"] == "/in"
    browser.sign_in()
    browser.client.cookies["claim"] = "a.b"
    assert browser.client.post(path, data=fields | {"token": "made.up"}).status_code == 403
    assert beside.record.done == []


@pytest.mark.parametrize(("path", "fields"), FORMS)
def test_while_members_is_away_no_form_is_taken(browser: Browser, beside: Beside, path: str, fields: dict[str, str]):
    browser.sign_in()
    token = TOKEN.search(browser.get("/me/cards").text)
    assert token is not None
    for how in ("members", "members:broken"):
        beside.away = {how}
        page = browser.client.post(path, data=fields | {"token": token[1]})
        assert page.status_code == 503
        assert "Member 7" in page.text, "nobody is signed out by it"
    assert beside.record.done == []
