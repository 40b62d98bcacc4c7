import pytest

from tests.conftest import Clock
from tests.web.beside import Beside
from tests.web.beside_programme import FILM, GAMES, WALK
from tests.web.conftest import Browser

PAGE = f"/occurrences/{GAMES}"


def test_all_facts_are_on_the_page(browser: Browser):
    page = browser.get(PAGE)
    assert page.status_code == 200
    for fact in ("Games night", "Thursday 26 November", "6.30pm to 8.30pm", "The Hub", "3 places left", "(of 12)"):
        assert fact in page.text
    assert "Cards, chess and tea." in page.text
    assert page.text.count("<h1>") == 1


def test_what_nobody_knows_is_said(browser: Browser):
    assert "We do not know yet" in browser.get(f"/occurrences/{WALK}").text


def test_who_is_not_signed_in_is_told_how_to_get_in(browser: Browser):
    page = browser.get(PAGE).text
    assert "personal link" in page
    assert "<form" not in page


def test_coming_is_taken_and_confirmed(browser: Browser, beside: Beside):
    browser.sign_in()
    answer = browser.send(PAGE, coming="yes")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{PAGE}?said=yes"
    assert beside.answers == {GAMES: "going"}
    assert "See you there" in browser.get(answer.headers["location"]).text


def test_not_coming_is_taken_and_confirmed(browser: Browser, beside: Beside):
    browser.sign_in()
    answer = browser.send(PAGE, coming="no")
    assert beside.answers == {GAMES: "not_going"}
    assert "Your place is free" in browser.get(answer.headers["location"]).text


def test_who_brings_somebody_and_shows_their_name_says_so_with_the_yes(browser: Browser, beside: Beside):
    browser.sign_in()
    beside.names = ["Member 8", "<b>"]
    browser.send(PAGE, coming="yes", buddy="1", carer="0", child="2", show="yes")
    assert beside.said_with[GAMES] == {"others": {"buddy": 1, "carer": 0, "child": 2}, "shown_as": "Member 7"}
    page = browser.get(PAGE).text
    assert "<details open>" in page
    assert 'name="child" value="2"' in page
    assert 'name="show" value="yes" checked' in page
    assert "Also coming: <bdi>Member 8</bdi>, <bdi>&lt;b&gt;</bdi>" in page
    browser.send(PAGE, coming="yes", buddy="0", carer="nobody", child="999")
    assert beside.said_with[GAMES] == {"others": {"buddy": 0, "carer": 0, "child": 0}, "shown_as": ""}
    assert "<details>" in browser.get(PAGE).text


def test_a_plain_yes_and_a_no_say_nothing_of_others(browser: Browser, beside: Beside):
    browser.sign_in()
    for said in ({"coming": "yes"}, {"coming": "no", "buddy": "1", "show": "yes"}):
        browser.send(PAGE, **said)
        assert beside.said_with[GAMES] == {}


def test_who_waits_waits_with_those_they_bring(browser: Browser, beside: Beside):
    beside.programme[0]["places_left"] = 0
    browser.sign_in()
    browser.send(PAGE, coming="wait", buddy="1", carer="0", child="0")
    assert beside.said_with[GAMES] == {"others": {"buddy": 1, "carer": 0, "child": 0}}


def test_too_many_together_is_said(browser: Browser, beside: Beside):
    browser.sign_in()
    beside.refuse_rsvp = "party-too-big"
    assert "with fewer" in browser.send(PAGE, coming="yes", buddy="9").text


def test_what_is_not_certain_is_said_before_a_yes(browser: Browser, beside: Beside, clock: Clock):
    beside.programme[0]["status"] = "tentative"
    assert "Not certain yet" in browser.get("/").text
    assert "Not certain yet" in browser.get(PAGE).text
    clock.go_on(days=4)
    assert "Not certain yet" not in browser.get(PAGE).text


def test_the_practical_things_are_said_and_what_nobody_knows_as_well(browser: Browser, beside: Beside):
    said = {
        "food": ("yes", "Soup & bread"),
        "dogs": ("no", ""),
        "warm": ("dont_know", "Ask at the door"),
        "wifi": ("dont_know", ""),
    }
    beside.programme[0]["card"] = {name: {"known": known, "note": note} for name, (known, note) in said.items()}
    page = browser.get(PAGE).text
    for what, words in (
        ("Food", "Yes: Soup &amp; bread"),
        ("Dogs welcome", "No"),
        ("Warm", "We don&#39;t know: Ask at the door"),
    ):
        assert f"<dt>{what}</dt><dd>{words}</dd>" in page
    assert (
        "We don't know yet: meeting point, help with the fare, step-free, phone charging, quiet space, wi-fi." in page
    )


def test_who_finds_it_full_can_wait_and_leave_the_line_again(browser: Browser, beside: Beside):
    beside.programme[0]["places_left"] = 0
    browser.sign_in()
    page = browser.get(PAGE).text
    assert "Tell me if a place comes free" in page
    assert 'name="coming" value="yes"' not in page
    waits = browser.get(browser.send(PAGE, coming="wait").headers["location"]).text
    assert "You are number 1 in the line." in waits
    assert 'value="wait"' not in waits
    left = browser.get(browser.send(PAGE, coming="leave").headers["location"]).text
    assert "You are out of the line" in left
    assert beside.waiting == {}


def test_who_is_offered_a_place_sees_it_and_says_yes_or_no(browser: Browser, beside: Beside):
    beside.programme[0]["places_left"] = 0
    beside.waiting[GAMES] = "2026-11-24T12:00:00+00:00"
    beside.answers[GAMES] = "not_going"
    browser.sign_in()
    page = browser.get(PAGE).text
    assert "A place is held for you" in page
    assert 'value="yes"' in page
    assert 'value="no"' in page
    browser.send(PAGE, coming="yes")
    assert (beside.answers, beside.waiting) == ({GAMES: "going"}, {})


def test_where_places_are_drawn_nobody_has_to_be_quick(browser: Browser, beside: Beside):
    browser.sign_in()
    beside.refuse_rsvp = "places-are-drawn"
    page = browser.send(PAGE, coming="yes").text
    assert "Put me in the draw" in page
    assert browser.send(PAGE, coming="wait").status_code == 303
    assert beside.waiting == {GAMES: None}


def test_a_link_cannot_make_the_page_say_what_is_not_so(browser: Browser):
    browser.sign_in()
    assert "See you there" not in browser.get(f"{PAGE}?said=yes").text
    assert "Your place is free" not in browser.get(f"{PAGE}?said=no").text


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("occurrence-full", "All places are taken"),
        ("offer-over", "went to the next person"),
        ("occurrence-cancelled", "This was cancelled"),
        ("occurrence-over", "This is over"),
        ("members-only", "This one is for its own group"),
        ("something-new", "We could not take your answer"),
        ("422", "We could not take your answer"),
    ],
)
def test_refusals_are_said_in_plain_words(browser: Browser, beside: Beside, code: str, words: str):
    browser.sign_in()
    beside.refuse_rsvp = code
    page = browser.send(PAGE, coming="yes")
    assert page.status_code in (409, 422)
    assert words in page.text
    assert "occurrence-" not in page.text.replace("/occurrences/", "")
    assert "members-only" not in page.text


def test_a_token_that_events_refuses_asks_to_come_in_again(browser: Browser, beside: Beside):
    browser.sign_in()
    beside.refuse_rsvp = "401"
    page = browser.send(PAGE, coming="yes")
    assert page.status_code == 401
    assert '<a class="button" href="/in">Come in</a>' in page.text


def test_while_events_is_away_the_answer_can_be_sent_again(browser: Browser, beside: Beside):
    browser.sign_in()
    page = browser.get(PAGE)
    beside.away = {"events"}
    token = page.text.split('name="token" value="')[1].split('"')[0]
    refused = browser.client.post(PAGE, data={"token": token, "coming": "no", "buddy": "1"})
    assert refused.status_code == 503
    assert "Nothing has changed" in refused.text
    assert 'name="coming" value="no"' in refused.text
    assert '<input type="hidden" name="buddy" value="1">' in refused.text
    beside.away = set()
    token = refused.text.split('name="token" value="')[1].split('"')[0]
    assert browser.client.post(PAGE, data={"token": token, "coming": "no"}).status_code == 303


def test_while_members_is_away_an_answer_is_kept_on_the_page(browser: Browser, beside: Beside):
    beside.expires_in = 60
    browser.sign_in()
    beside.away = {"members"}
    page = browser.send(PAGE, coming="yes")
    assert page.status_code == 503
    assert "Nothing has changed" in page.text
    assert beside.answers == {}


def test_what_was_cancelled_or_is_over_asks_nothing(browser: Browser, beside: Beside, clock: Clock):
    browser.sign_in()
    page = browser.get(f"/occurrences/{FILM}").text
    assert "This is not happening" in page
    assert "Are you coming?" not in page
    clock.go_on(days=4)
    page = browser.get(PAGE).text
    assert "This is over" in page
    assert "Are you coming?" not in page


@pytest.mark.parametrize("which", ["0198f000-0000-7000-8000-00000000dead", "not-an-id", "%00", "1" * 500])
def test_what_is_not_there_is_a_kind_page(browser: Browser, which: str):
    page = browser.get(f"/occurrences/{which}")
    assert page.status_code == 404
    assert "See what" in page.text
    assert "application/problem" not in page.headers["content-type"]


def test_an_answer_to_what_is_not_there(browser: Browser):
    browser.sign_in()
    page = browser.send("/occurrences/0198f000-0000-7000-8000-00000000dead", shown=PAGE, coming="yes")
    # The stand-in takes any id, as the page cannot know better; the real service answers 404.
    assert page.status_code in (303, 404)


@pytest.mark.parametrize("pressed", ["", "maybe", "going", "yes\x00no"])
def test_only_the_two_buttons_count(browser: Browser, beside: Beside, pressed: str):
    browser.sign_in()
    page = browser.send(PAGE, coming=pressed)
    assert page.status_code == 422
    assert "one of the two buttons" in page.text
    assert beside.answers == {}


def test_who_is_signed_out_cannot_answer(browser: Browser, beside: Beside):
    page = browser.client.post(PAGE, data={"coming": "yes"})
    assert page.status_code == 401
    assert "personal link" in page.text
    assert beside.answers == {}
