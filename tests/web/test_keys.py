import json
from typing import Any

import pytest

from tests.web.beside import WORDS, Beside
from tests.web.beside_keys import APP_SECRET, ASKED, CEREMONY, DIGITS, PASSKEY, WORK_SECRET
from tests.web.conftest import Browser

CREDENTIAL = {"id": "AQID", "rawId": "AQID", "type": "public-key", "response": {"signature": "AQID"}}
ANSWER = {"ceremony": CEREMONY, "credential": json.dumps(CREDENTIAL)}
FORMS = [
    ("/me/keys/digits", {"digits": DIGITS}),
    ("/me/keys/remove", {"which": "app"}),
    ("/me/keys/app", {}),
    ("/me/keys/app/digits", {"digits": DIGITS}),
    ("/me/keys/passkey", {}),
    ("/me/keys/passkey/made", ANSWER),
    ("/me/keys/show", {}),
    ("/me/keys/shown", ANSWER),
]


def press(browser: Browser, path: str, **fields: str) -> Any:
    return browser.send(path, shown="/me/keys", **fields)


def test_who_has_no_second_key_is_told_what_it_is_for_and_may_add_one(browser: Browser):
    browser.sign_in()
    page = browser.get("/me/keys")
    assert page.headers["cache-control"] == "private, no-store"
    assert len(page.content) <= 15_000
    for words in ("If you run a group or work here", "Add a passkey", "Add an app", "within 15 minutes"):
        assert words in page.text
    assert 'href="/me/keys"' in browser.get("/me/sessions").text


def test_an_app_is_added_without_a_script(browser: Browser, beside: Beside):
    browser.sign_in()
    page = press(browser, "/me/keys/app")
    assert (page.status_code, page.headers["cache-control"]) == (201, "private, no-store")
    assert "<svg" in page.text
    assert "<script" not in page.text
    assert " ".join(APP_SECRET[i : i + 4] for i in range(0, 32, 4)) in page.text
    assert "script-src" not in page.headers["content-security-policy"]
    added = browser.send("/me/keys/app/digits", shown="/me/keys/app", digits=DIGITS)
    assert (added.status_code, added.headers["location"]) == (303, "/me/keys")
    assert beside.second.app
    assert "Your second key is open" in browser.get("/me/keys").text


def test_a_secret_is_in_no_address_and_is_not_shown_again(browser: Browser):
    browser.sign_in()
    press(browser, "/me/keys/app")
    page = browser.get("/me/keys/app")
    assert page.status_code == 200
    assert APP_SECRET[:4] not in page.text


@pytest.mark.parametrize("digits", ["", "999999", "no", "0" * 5000])
def test_wrong_digits_may_be_typed_again(browser: Browser, beside: Beside, digits: str):
    browser.sign_in()
    page = browser.send("/me/keys/app/digits", shown="/me/keys/app", digits=digits)
    assert page.status_code == 422
    assert "Wait for new digits." in page.text
    assert 'name="digits"' in page.text
    assert not beside.second.app


@pytest.mark.parametrize("path", ["/me/keys/app/digits", "/me/keys/digits"])
def test_digits_that_are_sent_twice_are_taken_once_and_well(browser: Browser, beside: Beside, path: str):
    browser.sign_in()
    for _ in range(2):
        assert press(browser, path, digits=DIGITS).headers["location"] == "/me/keys"
    assert beside.second.strong


def test_a_passkey_that_is_shown_twice_is_taken_once_and_well(browser: Browser, beside: Beside):
    browser.sign_in()
    beside.second.passkeys = [PASSKEY]
    beside.second.refuse = (401, "passkey-refused", "That passkey was not accepted.")
    assert press(browser, "/me/keys/shown", **ANSWER).status_code == 422
    beside.second.strong = True
    assert press(browser, "/me/keys/shown", **ANSWER).headers["location"] == "/me/keys"


def test_showing_digits_gives_a_new_token_at_once(browser: Browser, beside: Beside):
    browser.sign_in()
    beside.second.app = True
    assert "With your app" in browser.get("/me/keys").text
    beside.asked.clear()
    assert press(browser, "/me/keys/digits", digits=DIGITS).status_code == 303
    page = browser.get("/me/keys").text
    assert "tokens" in beside.asked
    assert "Your second key is open" in page
    assert "With your app" not in page


def test_a_key_is_taken_away_in_two_taps(browser: Browser, beside: Beside):
    browser.sign_in()
    beside.second.app, beside.second.passkeys, beside.second.strong = True, [PASSKEY], True
    page = browser.get("/me/keys").text
    assert page.count("<summary>Take it away</summary>") == 2
    assert press(browser, "/me/keys/remove", which="app").status_code == 303
    assert press(browser, "/me/keys/remove", which=PASSKEY).status_code == 303
    assert beside.second.done == ["remove app", f"remove {PASSKEY}"]
    beside.second.passkeys = []
    assert press(browser, "/me/keys/remove", which=PASSKEY).status_code == 303, "pressed twice, it is gone once"
    assert press(browser, "/me/keys/remove", which="nonsense").status_code == 422


def test_without_a_key_shown_none_is_taken_away_or_added(browser: Browser, beside: Beside):
    browser.sign_in()
    beside.second.passkeys = [PASSKEY]
    page = browser.get("/me/keys").text
    assert "Show my passkey" in page
    assert "Take it away" not in page
    assert "Add a passkey" not in page


def test_who_showed_a_key_long_ago_shows_one_again_before_they_add_or_take_away(browser: Browser, beside: Beside):
    browser.sign_in()
    beside.second.app, beside.second.passkeys = True, [PASSKEY]
    beside.second.strong = beside.second.long_ago = True
    page = browser.get("/me/keys").text
    assert "Your second key is open" in page
    assert "show one again" in page
    assert ("Show my passkey" in page, "With your app" in page) == (True, True)
    assert ("Take it away" in page, "Add a passkey" in page) == (False, False)
    beside.second.used = {DIGITS}
    assert press(browser, "/me/keys/digits", digits=DIGITS).status_code == 422, "what was refused is not told as done"


def test_a_passkey_is_asked_for_by_a_script_of_ours_and_a_plain_form(browser: Browser, beside: Beside):
    browser.sign_in()
    for path, way, action in (
        ("/me/keys/passkey", "create", "/me/keys/passkey/made"),
        ("/me/keys/show", "get", "/me/keys/shown"),
    ):
        page = press(browser, path)
        assert page.status_code == 201
        assert "script-src 'self'" in page.headers["content-security-policy"]
        assert page.text.count("<script") == 1
        assert f'action="{action}" data-way="{way}"' in page.text
        assert "Passkeys need a newer one" in page.text
        options = page.text.split('data-options="')[1].split('"')[0]
        assert "<" not in options
        assert page.headers["cache-control"] == "private, no-store"
        assert press(browser, action, **ANSWER).headers["location"] == "/me/keys"
        assert beside.second.answers[-1] == {"ceremony": CEREMONY, "credential": CREDENTIAL}
    assert ASKED["ceremony"] in page.text


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"ceremony": CEREMONY, "credential": ""},
        {"ceremony": CEREMONY, "credential": "[]"},
        {"ceremony": CEREMONY, "credential": "[" * 30_000},
        {"ceremony": "no", "credential": "{}"},
    ],
)
@pytest.mark.parametrize("path", ["/me/keys/passkey/made", "/me/keys/shown", "/in/passkey/shown"])
def test_an_answer_that_no_device_gave_goes_nowhere(
    browser: Browser, beside: Beside, path: str, answer: dict[str, str]
):
    browser.sign_in()
    page = press(browser, path, **answer)
    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert beside.second.answers == []


@pytest.mark.parametrize(("path", "fields"), FORMS)
def test_a_refusal_says_what_to_do_next(browser: Browser, beside: Beside, path: str, fields: dict[str, str]):
    browser.sign_in()
    beside.second.refuse = (403, "second-factor-needed", "Show who you are once more.")
    page = press(browser, path, **fields)
    assert page.status_code == 403
    assert "Show who you are once more. Do this next." in page.text
    assert "Come in again" not in page.text


def test_who_needs_their_card_comes_in_with_it_and_is_back(browser: Browser, beside: Beside):
    browser.sign_in()
    beside.second.refuse = (403, "card-needed", "Sign in with your card first.")
    page = press(browser, "/me/keys/app")
    assert 'href="/in">Come in again' in page.text
    came = browser.send("/in", words=WORDS)
    assert came.headers["location"] == "/me/keys"
    assert browser.send("/in", words=WORDS).headers["location"] == "/", "they are led back once"


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example", "/mex", "/me/../leave", "/leave"])
def test_nobody_is_led_back_to_anywhere_else(browser: Browser, wanted: str):
    browser.client.cookies["then"] = wanted
    assert browser.send("/in", words=WORDS).headers["location"] == "/"


@pytest.mark.parametrize(("path", "fields"), FORMS)
def test_a_form_from_elsewhere_or_of_nobody_does_nothing(
    browser: Browser, beside: Beside, path: str, fields: dict[str, str]
):
    assert browser.client.post(path, data=fields).headers["location"] == "/in"
    browser.sign_in()
    page = browser.client.post(path, data=fields | {"token": "made.up"})
    assert page.status_code == 403
    assert "open for too long" in page.text
    assert beside.second.done == []


@pytest.mark.parametrize(("path", "fields"), FORMS)
def test_while_members_is_away_every_form_says_so(browser: Browser, beside: Beside, path: str, fields: dict[str, str]):
    browser.sign_in()
    from tests.web.conftest import TOKEN

    token = TOKEN.search(browser.get("/me/keys").text)
    assert token is not None
    for how in ("members", "members:broken"):
        beside.away = {how}
        page = browser.client.post(path, data=fields | {"token": token[1]})
        assert page.status_code == 503
        assert "It is not you" in page.text


def test_who_is_not_in_comes_in_and_is_back(browser: Browser):
    assert browser.get("/me/keys").headers["location"] == "/in"
    assert browser.send("/in", words=WORDS).headers["location"] == "/me/keys"


def test_while_nobody_can_say_who_they_are_nobody_is_sent_to_come_in(browser: Browser, beside: Beside):
    beside.expires_in = 60
    browser.sign_in()
    beside.away = {"members"}
    assert browser.get("/me/keys").status_code == 503


def test_a_new_worker_comes_in_once_and_goes_on_to_their_second_key(browser: Browser, beside: Beside):
    assert 'href="/in/worker"' in browser.get("/in").text
    came = browser.send("/in/worker", secret=f" {WORK_SECRET} ", own="yes")
    assert (came.status_code, came.headers["location"]) == (303, "/me/keys")
    assert "Max-Age=2592000" in str(came.headers.get_list("set-cookie"))
    assert "Member 7" in browser.get("/me/keys").text
    again = browser.send("/in/worker", secret=WORK_SECRET)
    assert again.status_code == 422
    assert "ask the office for a new one" in again.text


@pytest.mark.parametrize("secret", ["", "no", "x" * 5000, "<b>"])
def test_a_wrong_secret_lets_no_worker_in(browser: Browser, beside: Beside, secret: str):
    page = browser.send("/in/worker", secret=secret)
    assert page.status_code == 422
    assert "<b>" not in page.text
    assert beside.sessions == set()


def test_somebody_comes_in_with_a_passkey(browser: Browser, beside: Beside):
    page = browser.send("/in/passkey", shown="/in")
    assert page.status_code == 201
    assert 'action="/in/passkey/shown" data-way="get"' in page.text
    came = browser.send("/in/passkey/shown", shown="/in", own="yes", **ANSWER)
    assert came.headers["location"] == "/"
    assert beside.second.answers[-1]["own_device"] is True
    assert "Member 7" in browser.get("/").text


def test_a_refused_passkey_lets_nobody_in(browser: Browser, beside: Beside):
    beside.second.refuse = (401, "passkey-refused", "No.")
    page = browser.send("/in/passkey/shown", shown="/in", **ANSWER)
    assert page.status_code == 422
    assert "Begin once more" in page.text
    assert beside.sessions == set()


@pytest.mark.parametrize("path", ["/in/passkey", "/in/passkey/shown", "/in/worker"])
def test_ways_in_take_no_form_from_elsewhere_and_lose_nothing_while_members_is_away(
    browser: Browser, beside: Beside, path: str
):
    fields = ANSWER | {"secret": WORK_SECRET}
    assert browser.client.post(path, data=fields | {"token": "made.up"}).status_code == 403
    beside.away = {"members"}
    assert browser.send(path, shown="/in", **fields).status_code == 503
    assert beside.second.used == set()
    assert beside.sessions == set()
