from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from services.chat import sentences
from services.chat.models import Contact, Inbound
from services.chat.short_text import SEGMENT, plain, septets
from shared.db import Sessions
from tests.chat.beside import GAMES, KNOWN, LINK, MEMBER, STRANGER, WALK, Beside, a_question
from tests.chat.conftest import Phone
from tests.conftest import Clock

SID = "SM" + "7" * 32


def test_yes_takes_the_place(phone: Phone, beside: Beside):
    assert "You are coming to Games night, Thu 26 Nov 6.30pm" in phone.text("YES")
    assert beside.answers == {GAMES: "going"}


def test_no_lets_it_go(phone: Phone, beside: Beside):
    assert "we let your place go" in phone.text("no")
    assert beside.answers == {GAMES: "not_going"}


def test_what_is_on_can_be_answered_by_number(phone: Phone, beside: Beside):
    said = phone.text("What's on?")
    assert "1 Thu 26 Nov 6.30pm Games night" in said
    assert "2 Sat 28 Nov 10am A walk in the hills" in said
    assert "Film" not in said
    assert "coming to A walk" in phone.text("YES 2")
    assert beside.answers == {WALK: "going"}


@pytest.mark.parametrize("words", ["LOGIN", "Log in", "sign in"])
def test_a_link_to_sign_in_comes_by_text_in_one_segment(phone: Phone, beside: Beside, words: str):
    said = phone.text(words)
    assert LINK in said
    assert septets(said) <= SEGMENT
    assert plain(said) == said


def test_a_link_to_sign_in_is_said_once_and_kept_nowhere(
    phone: Phone, beside: Beside, sessions: Callable[[str], Sessions]
):
    assert LINK in phone.text("LOGIN", sid=SID)
    assert phone.text("LOGIN", sid=SID) == sentences.LINK_SENT
    with sessions("chat")() as session:
        assert "/in#" not in str(session.scalars(select(Inbound.reply)).all())
    beside.refuse = "too-many-links"
    assert phone.text("LOGIN") == sentences.ENOUGH_LINKS


def test_several_questions_are_answered_by_number(phone: Phone, beside: Beside):
    beside.questions.append(a_question(WALK, None, "2026-11-28T10:00:00+00:00"))
    assert "Which one?" in phone.text("no")
    assert beside.answers == {}
    assert "Your evening" in phone.text("NO 2")
    assert beside.answers == {WALK: "not_going"}


def test_a_list_is_forgotten_after_a_day(phone: Phone, beside: Beside, clock: Clock):
    phone.text("whats on")
    clock.go_on(hours=24)
    assert phone.text("YES 1") == sentences.NO_LIST
    assert beside.answers == {}


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("occurrence-full", "is full"),
        ("occurrence-cancelled", "is cancelled"),
        ("occurrence-over", "is over"),
        ("members-only", "is for its own group. Ask one of its hosts"),
    ],
)
def test_refusals_are_said(phone: Phone, beside: Beside, code: str, words: str):
    beside.refuse = code
    assert words in phone.text("yes")


def test_what_is_gone_is_said(phone: Phone, beside: Beside):
    beside.refuse = "not-found"
    assert phone.text("yes") == sentences.GONE


def test_free_words_are_kept_without_a_name(phone: Phone, beside: Beside, sessions: Callable[[str], Sessions]):
    said = phone.text("The tea was cold.", sid=SID)
    assert "Read the answer at forum.example.org/say/answer with this number: 1234 5678 9012 3456" in said
    assert beside.remarks == ["The tea was cold."]
    assert phone.text("The tea was cold.", sid=SID) == "We already have your words."
    assert beside.remarks == ["The tea was cold."]
    with sessions("chat")() as session:
        kept = str([vars(row) for table in (Inbound, Contact) for row in session.scalars(select(table))])
    for secret in ("tea", "1234567890123456", "1234 5678", KNOWN, KNOWN[3:], MEMBER):
        assert secret not in kept
    assert SID not in str(beside.keys)


def test_a_receipt_that_is_texted_is_not_kept(phone: Phone, beside: Beside, sessions: Callable[[str], Sessions]):
    assert phone.text("1234 5678 9012 3456") == "Read the answer at forum.example.org/say/answer"
    assert beside.remarks == []
    with sessions("chat")() as session:
        assert "1234" not in str([vars(row) for row in session.scalars(select(Inbound))])


def test_words_that_are_refused_are_said_to_be(phone: Phone, beside: Beside):
    beside.refuse = "remark"
    assert phone.text("The tea was cold.") == sentences.NOT_KEPT


@pytest.mark.parametrize("word", ["STOP", " stop\n", "Stopall", "unsubscribe", "CANCEL", "end", "quit"])
def test_a_stop_that_the_provider_confirms_is_recorded_and_not_answered(phone: Phone, beside: Beside, word: str):
    assert phone.text(word) == ""
    assert beside.stops == [{"channel": "sms", "index": "index-of-007", "member_id": MEMBER}]
    assert "on again" in phone.text("start")
    assert beside.starts == beside.stops


@pytest.mark.parametrize("words", ["stop please", "Stop texting me", "STOP!", "stop stop", "opt out"])
def test_a_stop_that_the_provider_does_not_know_is_confirmed_by_us(phone: Phone, beside: Beside, words: str):
    assert phone.text(words, sid=SID) == "OK, no more texts. Text START to have them back."
    assert len(beside.stops) == 1
    assert phone.text(words, sid=SID) == sentences.STOPPED
    assert phone.text(words, OptOutType="STOP") == ""


@pytest.mark.parametrize(
    ("words", "change", "said"),
    [
        ("PAUSE 2 WEEKS", {"paused_until": "2026-12-07"}, "no news and no asks for 14 days"),
        ("PAUSE OFF", {"paused_until": None}, "the pause is over"),
        ("ASKS 0", {"asks_a_month": 0}, "will not ask you"),
        ("ASKS 1", {"asks_a_month": 1}, "1 time a month at most"),
        ("QUIET 22 8", {"quiet_from": "22:00:00", "quiet_until": "08:00:00"}, "quiet from 10pm to 8am"),
    ],
)
def test_what_reaches_them_is_as_they_text(phone: Phone, beside: Beside, words: str, change: object, said: str):
    assert said in phone.text(words)
    assert beside.changes == [change]


@pytest.mark.parametrize(("words", "given"), [("NEWS", True), ("no news", False)])
def test_a_yes_to_news_is_for_texts_and_for_words_that_are_known(phone: Phone, beside: Beside, words: str, given: bool):
    assert "news" in phone.text(words)
    yes = {"purpose": "forum", "channel": "sms", "given": given, "wording": "2026-11"}
    assert beside.changes == [{"via": "chat", "items": [yes]}]


def test_a_change_that_is_refused_is_said_to_be(phone: Phone, beside: Beside):
    beside.refuse = "change"
    assert phone.text("PAUSE") == sentences.NOT_CHANGED


def test_what_the_provider_answered_is_not_answered_again(phone: Phone, beside: Beside):
    assert phone.text("Stop", OptOutType="STOP") == ""
    assert phone.text("yes", OptOutType="START") == ""
    assert phone.text("help", OptOutType="HELP") == ""
    assert (len(beside.stops), len(beside.starts), beside.answers) == (1, 1, {})


def test_a_stranger_gets_a_way_in_and_may_stop(client: TestClient, beside: Beside):
    stranger = Phone(client, STRANGER)
    for words in ("hello there", "yes", "WHATS ON", "The tea was cold."):
        assert stranger.text(words) == sentences.WAY_IN
    assert beside.remarks == []
    assert not any("events" in call or "questions" in call for call in beside.calls)
    assert stranger.text("stop") == ""
    assert beside.stops == [{"channel": "sms", "index": "index-of-999", "member_id": None}]


def test_nothing_said_is_asked_for_words(phone: Phone, beside: Beside):
    assert phone.text("") == sentences.NO_WORDS
    assert phone.text("👍") == sentences.NO_WORDS
    assert phone.text("shop") == sentences.UNCLEAR
    assert beside.remarks == []


def test_a_very_long_or_odd_text_is_a_remark(phone: Phone, beside: Beside):
    phone.text("so " * 3000)
    phone.text("a\0b and <tea> & 'cake'")
    assert len(beside.remarks[0]) <= 5000
    assert beside.remarks[1] == "ab and <tea> & 'cake'"


def test_words_that_are_xml_stay_words(phone: Phone, beside: Beside):
    beside.questions[0]["title"] = "Tea & <b>cake</b>"
    assert "Tea & <b>cake</b>" in phone.text("yes")


def test_times_are_told_as_the_clock_on_the_wall_shows(phone: Phone, beside: Beside):
    beside.questions[0]["starts"] = "2027-06-03T17:30:00Z"
    assert "Thu 3 Jun 6.30pm" in phone.text("yes")


def test_a_whole_day_has_no_time(phone: Phone, beside: Beside):
    beside.questions[0] |= {"starts": "2026-11-28T00:00:00+00:00", "all_day": True}
    assert "Games night, Sat 28 Nov." in phone.text("yes")


# Waiting for a place


def test_full_tells_how_to_wait_and_wait_puts_them_in_the_line(phone: Phone, beside: Beside):
    beside.refuse = "occurrence-full"
    assert "is full just now. Text WAIT and" in phone.text("yes")
    assert phone.text("wait").startswith("You are in the line for Games night")
    phone.text("whats on")
    assert "Text WAIT 2 and" in phone.text("yes 2")
    assert "NO 2 ends it" in phone.text("wait 2")
    assert beside.waits == [GAMES, WALK]


def test_yes_to_an_offer_takes_the_place_and_too_late_is_said_kindly(phone: Phone, beside: Beside):
    assert phone.text("yes").startswith("You are coming to Games night")
    assert beside.answers == {GAMES: "going"}
    beside.refuse = "offer-over"
    assert "You are still in the line" in phone.text("yes")


@pytest.mark.parametrize(
    ("code", "words"), [("places-free", "Text YES to come"), ("already-coming", "you are coming already")]
)
def test_nobody_waits_for_what_is_theirs(phone: Phone, beside: Beside, code: str, words: str):
    beside.refuse_wait = code
    assert words in phone.text("wait")
    assert beside.waits == []
