"""What a member says of themself, each thing on a small page of its own."""

from html import escape
from typing import Any

import pytest

from tests.web.beside import WORDS, Beside
from tests.web.conftest import TOKEN, Browser

DOG = {"need": "dog", "seen_by": "convenors", "words": "Her name is Bramble."}
# A page, what is typed into it, and a mark of that in the page when it is shown again.
FORMS: list[tuple[str, dict[str, str], str]] = [
    ("/me/name", {"name": "Ada ☂ <b>"}, 'value="Ada ☂ &lt;b&gt;"'),
    ("/me/interests", {"like.games": "yes"}, 'name="like.games" value="yes" checked'),
    ("/me/languages", {"best": "pl", "speak.en": "yes"}, 'value="pl" lang="pl" selected'),
    ("/me/needs", {"dog": "yes", "dog.seen_by": "convenors", "dog.words": "Bramble"}, 'value="Bramble"'),
    ("/me/experience", {"experience": "past"}, 'value="past" checked'),
]
forms = pytest.mark.parametrize(("path", "typed", "mark"), FORMS, ids=[path for path, _, _ in FORMS])


def shown_fields(browser: Browser, path: str) -> dict[str, str]:
    """The fields that a form brings with it."""
    page = browser.get(path).text
    token = TOKEN.search(page)
    assert token is not None
    seen = page.split('name="seen" value="')[1].split('"')[0] if 'name="seen"' in page else ""
    return {"token": token[1], "seen": seen.replace("&#34;", '"')}


def holds(page: str, typed: dict[str, str]) -> bool:
    """Whether all that was typed is in a page, to be sent again."""
    return all(f'name="{name}" value="{escape(value)}"' in page for name, value in typed.items())


def test_the_way_there_is_one_word_on_every_page(browser: Browser):
    assert 'href="/me"' not in browser.get("/").text
    browser.sign_in()
    assert '<a href="/me">Me</a>' in browser.get("/").text
    page = browser.get("/me")
    assert len(page.content) <= 15_000
    ways = ("groups", "choices", "sessions", "export", "name", "interests", "languages", "needs", "experience")
    assert all(f'href="/me/{way}"' in page.text for way in ways)


def test_all_that_was_said_is_on_one_page_with_its_day(browser: Browser, beside: Beside):
    browser.sign_in()
    assert "You did not say" in browser.get("/me").text
    beside.mine.needs = [DOG]
    beside.mine.experience = {"experience": "past", "said_at": "2026-11-22T10:00:00+00:00"}
    page = browser.get("/me").text
    for words in ("films", "English", "My dog with me", "Her name is Bramble.", "I used it before", "22 November"):
        assert words in page
    assert "you and your convenors see it" in page


@forms
def test_what_is_sent_is_kept_and_the_page_says_so(browser: Browser, path: str, typed: dict[str, str], mark: str):
    browser.sign_in()
    answer = browser.client.post(path, data=shown_fields(browser, path) | typed)
    assert (answer.status_code, answer.headers["location"]) == (303, "/me?kept=1")
    assert "<b>Kept.</b>" in browser.get("/me?kept=1").text
    assert "<b>Kept.</b>" not in browser.get("/me").text
    assert mark in browser.get(path).text


@forms
def test_a_form_sent_twice_is_kept_once(browser: Browser, path: str, typed: dict[str, str], mark: str):
    browser.sign_in()
    fields = shown_fields(browser, path) | typed
    answers = [browser.client.post(path, data=fields) for _ in range(2)]
    assert [it.headers.get("location") for it in answers] == ["/me?kept=1"] * 2


@forms
def test_an_old_form_does_nothing_and_loses_nothing(browser: Browser, path: str, typed: dict[str, str], mark: str):
    browser.sign_in()
    page = browser.client.post(path, data=typed | {"token": "made.up"})
    assert page.status_code == 403
    assert "open for too long" in page.text
    assert mark in page.text
    assert mark not in browser.get(path).text


@forms
@pytest.mark.parametrize("how", ["", ":broken"])
def test_while_members_is_away_what_was_typed_stays(
    browser: Browser, beside: Beside, path: str, typed: dict[str, str], mark: str, how: str
):
    browser.sign_in()
    fields = shown_fields(browser, path) | typed
    beside.away = {f"members{how}"}
    page = browser.client.post(path, data=fields)
    assert (page.status_code, page.headers["retry-after"]) == (503, "10")
    assert "It is not you" in page.text
    assert holds(page.text, typed)
    assert browser.get(path).status_code == 503
    beside.away = set()
    assert browser.client.post(path, data=fields).status_code == 303


@forms
def test_who_cannot_be_told_apart_just_now_keeps_their_words(
    browser: Browser, beside: Beside, path: str, typed: dict[str, str], mark: str
):
    beside.expires_in = 60
    browser.sign_in()
    fields = shown_fields(browser, path) | typed
    beside.away = {"members"}
    page = browser.client.post(path, data=fields)
    assert page.status_code == 503
    assert holds(page.text, typed)


@forms
def test_whoever_is_not_in_comes_in_first(browser: Browser, path: str, typed: dict[str, str], mark: str):
    assert browser.get(path).headers["location"] == "/in"
    assert browser.client.post(path, data=typed).headers["location"] == "/in"
    assert browser.send("/in", words=WORDS).headers["location"] == path


CHANGES: list[tuple[str, dict[str, str], Any]] = [
    ("/me/name", {"name": "Ada"}, lambda beside: setattr(beside.mine, "name", "Another")),
    ("/me/interests", {"like.games": "yes"}, lambda beside: beside.choices.update(asks_a_month=9)),
    ("/me/languages", {"best": "pl"}, lambda beside: beside.choices.update(asks_a_month=9)),
    ("/me/needs", {"low_light": "yes"}, lambda beside: beside.mine.needs.append(DOG)),
]


@pytest.mark.parametrize(("path", "typed", "happens"), CHANGES, ids=[path for path, _, _ in CHANGES])
def test_what_somebody_else_changed_meanwhile_is_not_lost_unseen(
    browser: Browser, beside: Beside, path: str, typed: dict[str, str], happens: Any
):
    browser.sign_in()
    fields = shown_fields(browser, path) | typed
    happens(beside)
    page = browser.client.post(path, data=fields)
    assert page.status_code == 412
    assert "changed meanwhile" in page.text
    # Whoever presses again has read that.
    assert 'name="seen" value=""' in page.text
    assert browser.client.post(path, data=fields | {"seen": ""}).status_code == 303


def test_a_new_name_is_on_the_next_page(browser: Browser):
    browser.sign_in()
    browser.send("/me/name", name="  Ada   L ☂ ")
    assert "You are in as" in browser.get("/").text
    assert "Ada L ☂" in browser.get("/").text


def test_no_name_is_fine_and_a_very_long_one_stays_to_be_cut(browser: Browser, beside: Beside):
    browser.sign_in()
    page = browser.send("/me/name", name="x" * 81)
    assert page.status_code == 422
    assert "That name cannot be shown. Write a shorter one." in page.text
    assert "x" * 81 in page.text
    assert browser.send("/me/name", name="").status_code == 303
    assert beside.mine.name == "Member"


def test_ticking_nothing_takes_back_what_was_ticked(browser: Browser, beside: Beside):
    browser.sign_in()
    beside.mine.needs = [DOG]
    for path in ("/me/interests", "/me/needs"):
        assert browser.send(path).status_code == 303
    assert (beside.choices["interests"], beside.mine.needs) == ([], [])


def test_needs_are_for_the_member_alone_unless_they_say_so(browser: Browser, beside: Beside):
    browser.sign_in()
    browser.send("/me/needs", **{"dog": "yes", "step_free": "yes", "step_free.seen_by": "everybody"})
    assert {it["need"]: it["seen_by"] for it in beside.mine.needs} == {"dog": "me", "step_free": "me"}
    assert "hosts" not in browser.get("/me/needs").text.lower()


def test_too_many_words_about_a_need_stay_to_be_cut(browser: Browser, beside: Beside):
    browser.sign_in()
    page = browser.send("/me/needs", **{"dog": "yes", "dog.words": "w" * 201})
    assert (page.status_code, beside.mine.needs) == (422, [])
    assert "under 200 letters" in page.text
    assert "w" * 201 in page.text


def test_a_language_we_have_no_word_for_stays(browser: Browser, beside: Beside):
    browser.sign_in()
    beside.choices["languages"] = ["bfi", "en"]
    assert 'value="bfi" lang="bfi" selected' in browser.get("/me/languages").text
    browser.send("/me/languages", **{"best": "bfi", "speak.bfi": "yes", "speak.fa": "yes"})
    assert beside.choices["languages"] == ["bfi", "fa"]


def test_what_was_said_of_the_service_is_taken_back(browser: Browser, beside: Beside):
    browser.sign_in()
    browser.send("/me/experience", experience="current")
    assert beside.mine.experience is not None
    assert browser.send("/me/experience", experience="unsaid").status_code == 303
    assert beside.mine.experience is None
    page = browser.send("/me/experience")
    assert page.status_code == 422
    assert "Please choose one" in page.text


def test_choices_say_that_they_were_kept(browser: Browser):
    browser.sign_in()
    answer = browser.send("/me/choices", quiet_from="22:00", quiet_until="09:00")
    assert answer.headers["location"] == "/me/choices?kept=1"
    assert "<b>Kept.</b>" in browser.get("/me/choices?kept=1").text
    assert "<b>Kept.</b>" not in browser.get("/me/choices").text


def test_while_members_is_away_choices_can_be_sent_again(browser: Browser, beside: Beside):
    browser.sign_in()
    fields = shown_fields(browser, "/me/choices") | {"asks_a_month": "7"}
    beside.away = {"members"}
    page = browser.client.post("/me/choices", data=fields)
    assert page.status_code == 503
    assert 'name="asks_a_month" value="7"' in page.text
    assert 'action="/me/choices"' in page.text
