from collections.abc import Callable
from typing import Any

import pytest

from services.web.pages.come_in import SHOWN
from tests.web.beside import CARD, CHALLENGE, CODE, OTHER_SESSION, TOKEN, WORDS, Beside
from tests.web.conftest import Browser

NUMBER = "+44 7700 900007"


def ask(browser: Browser, address: str = NUMBER) -> Any:
    return browser.send("/in/code", shown="/in", address=address)


def type_code(browser: Browser, code: str = CODE, **more: str) -> Any:
    return browser.send("/in", shown="/in/code", code=code, **more)


def test_a_code_brings_them_in(browser: Browser, beside: Beside):
    asked = ask(browser)
    assert (asked.status_code, asked.headers["location"]) == (303, "/in/code")
    assert "challenge=" in asked.headers["set-cookie"]
    assert "Max-Age=600" in asked.headers["set-cookie"]
    assert "HttpOnly" in asked.headers["set-cookie"]
    assert (beside.asked_for[0]["channel"], beside.asked_for[0]["address"]) == ("sms", NUMBER)
    page = browser.get("/in/code").text
    assert 'autocomplete="one-time-code"' in page
    assert 'inputmode="numeric"' in page
    assert "maxlength" not in page, "a code may be pasted with what is around it"
    came = type_code(browser)
    assert (came.status_code, came.headers["location"]) == (303, "/")
    assert "Member 7" in browser.get("/").text


def test_nothing_is_assumed_of_whose_phone_it_is(browser: Browser, beside: Beside):
    ask(browser)
    assert 'value="no" checked' in browser.get("/in/code").text
    cookies = type_code(browser).headers.get_list("set-cookie")
    assert beside.shown[-1]["own_device"] is False
    assert [cookie for cookie in cookies if cookie.startswith("session=") and "Max-Age" in cookie] == []


def test_on_a_phone_of_their_own_they_stay(browser: Browser, beside: Beside):
    ask(browser)
    assert "Max-Age=2592000" in str(type_code(browser, own="yes").headers.get_list("set-cookie"))
    assert beside.shown[-1]["own_device"] is True


def test_mail_is_told_from_numbers(browser: Browser, beside: Beside):
    ask(browser, "member7@example.org")
    assert beside.asked_for[0]["channel"] == "email"


def test_a_code_is_of_no_use_in_another_browser(open_site: Callable[..., Browser], beside: Beside):
    ask(open_site())
    other = open_site()
    assert other.get("/in/code").headers["location"] == "/in"
    page = other.send("/in", shown="/in", code=CODE)
    assert page.status_code == 422
    assert "Ask for a code first" in page.text
    assert beside.sessions == set()


@pytest.mark.parametrize("code", ["999999", "", "no", "0" * 500])
def test_a_wrong_code_may_be_typed_again(browser: Browser, code: str):
    ask(browser)
    page = type_code(browser, code)
    assert page.status_code == 422
    assert 'autocomplete="one-time-code"' in page.text
    assert 'role="alert"' in page.text
    assert type_code(browser).status_code == 303


def test_a_card_brings_them_in_by_its_words_without_script(browser: Browser, beside: Beside):
    assert browser.send("/in", words="no such words").status_code == 422
    assert browser.send("/in", words=WORDS).status_code == 303
    assert "lost_phone" not in beside.shown[-1]
    assert "Member 7" in browser.get("/").text


@pytest.mark.parametrize("shown", [f"card.{CARD}", f"{CHALLENGE.replace('-', '')}.{TOKEN}"])
def test_what_stood_after_the_hash_is_sent_by_a_button(browser: Browser, shown: str):
    assert browser.send("/in", shown="/in").status_code == 422
    assert send_shown(browser, shown).status_code == 303


@pytest.mark.parametrize("shown", ["", "card.", "card", f"card.{CARD[:9]}", "<b>", "x" * 9000, f"{'0' * 32}.{TOKEN}"])
def test_a_torn_or_strange_link_is_one_kind_page(browser: Browser, shown: str):
    page = send_shown(browser, shown)
    assert page.status_code == 422
    assert "did not let you in" in page.text
    assert "<b>" not in page.text.split("<h1>")[1]


def send_shown(browser: Browser, shown: str, **more: str) -> Any:
    from tests.web.conftest import TOKEN as FORM_TOKEN

    token = FORM_TOKEN.search(browser.get("/in").text)
    assert token is not None
    return browser.client.post("/in", data={"token": token[1], "shown": shown} | more)


def test_a_lost_phone_is_told_and_forgotten_here_at_once(open_site: Callable[..., Browser], beside: Beside):
    browser = open_site()
    browser.sign_in()
    old = browser.client.cookies["session"]
    browser.client.cookies.clear()
    assert send_shown(browser, f"card.{CARD}", lost="yes").status_code == 303
    assert beside.shown[-1]["lost_phone"] is True
    page = browser.get("/", headers={"Cookie": f"session={old}"})
    assert beside.sessions == {browser.client.cookies["session"]}
    assert "Member 7" in browser.get("/").text
    assert page.status_code == 200


def test_only_this_page_holds_a_script_and_only_from_here(browser: Browser):
    page = browser.get("/in")
    policy = page.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "default-src 'none'" in policy
    assert page.text.count("<script") == 1
    assert "onclick" not in page.text
    script = browser.get(page.text.split('<script src="')[1].split('"')[0])
    assert script.headers["content-type"].startswith("text/javascript")
    assert "location.hash" in script.text
    assert f"/^{SHOWN.pattern}$/" in script.text, "the way to the main part of the page is no way in"
    assert "script-src" not in browser.get("/").headers["content-security-policy"]


def test_while_members_is_away_nothing_is_lost(browser: Browser, beside: Beside):
    ask(browser)
    beside.away = {"members"}
    assert type_code(browser).status_code == 503
    assert ask(browser).status_code == 503
    beside.away = set()
    assert type_code(browser).status_code == 303


@pytest.mark.parametrize("path", ["/in", "/in/code", "/me/sessions"])
def test_a_form_from_elsewhere_does_nothing(browser: Browser, beside: Beside, path: str):
    if path == "/me/sessions":
        browser.sign_in()
    body = {"token": "made.up", "words": WORDS, "address": NUMBER, "end": "others"}
    assert browser.client.post(path, data=body).status_code == 403
    assert (beside.asked_for, beside.ended) == ([], [])


def test_where_somebody_asks_from_is_told_as_the_gateway_says_it_and_never_as_it_is(browser: Browser, beside: Beside):
    ask(browser)
    assert beside.asked_for[-1]["asker"] is None
    browser.client.headers["X-Asker"] = ", 192.0.2.7"
    ask(browser)
    told = beside.asked_for[-1]["asker"]
    assert len(told) == 32
    assert "192.0.2.7" not in told


def test_what_a_visitor_claims_counts_only_behind_a_proxy_that_the_operator_named(
    open_site: Callable[..., Browser], beside: Beside, monkeypatch: pytest.MonkeyPatch
):
    def told(claim: str) -> str:
        browser = open_site()
        browser.client.headers["X-Asker"] = f"{claim}, 10.0.0.5"
        ask(browser)
        return str(beside.asked_for[-1]["asker"])

    assert told("192.0.2.7") == told("192.0.2.8")
    monkeypatch.setenv("WEB_TRUSTED_PROXIES", "10.0.0.5")
    assert told("192.0.2.7") != told("192.0.2.8")


def test_a_member_sees_where_they_are_in_and_ends_it(browser: Browser, beside: Beside):
    browser.sign_in()
    page = browser.get("/me/sessions").text
    assert "This one" in page
    assert "Another phone or computer" in page
    assert browser.send("/me/sessions", end=OTHER_SESSION).status_code == 303
    browser.send("/me/sessions", end="others")
    browser.send("/me/sessions", end="nonsense")
    assert beside.ended == [OTHER_SESSION, "others"]


def test_what_was_ended_is_out_here_at_once(open_site: Callable[..., Browser], beside: Beside):
    browser = open_site()
    browser.sign_in()
    other = browser.client.cookies["session"]
    browser.client.cookies.clear()
    browser.send("/in", words=WORDS)
    beside.sessions.discard(other)
    assert "Member 7" in browser.get("/", headers={"Cookie": f"session={other}"}).text, "its token is kept a while"
    browser.send("/me/sessions", end="others")
    assert "Member 7" not in browser.get("/", headers={"Cookie": f"session={other}"}).text


def test_who_is_not_in_is_shown_the_way(browser: Browser, beside: Beside):
    assert browser.get("/me/sessions").headers["location"] == "/in"
    assert browser.client.post("/me/sessions").headers["location"] == "/in"
    assert 'href="/in"' in browser.get("/").text
    browser.sign_in()
    assert 'href="/in"' not in browser.get("/").text
    beside.away = {"members"}
    assert browser.get("/me/sessions").status_code == 503
