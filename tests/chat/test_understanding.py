import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.chat.understanding import (
    ANSWERS,
    COMING,
    EXACT,
    NOT_COMING,
    START,
    STOP,
    Wish,
    one_slip_apart,
    understand,
    words_of,
)
from services.chat.wishes import Asks, Change, News, Pause, Quiet


@pytest.mark.parametrize(
    "text",
    [
        *(
            "STOP",
            "stop",
            " Stop. ",
            "STOP!!!",
            "“stop”",
            "stop stop",
            "S\u200btop",
            "\uff33\uff34\uff2f\uff30",
            "STOP 🛑",
        ),
        *("stop please", "Please stop", "pls stop texting me", "stop all", "STOPALL", "Unsubscribe"),
        *("CANCEL", "end", "Quit", "opt-out"),
    ],
)
def test_what_stops(text: str):
    assert understand(text).wish is Wish.STOP


@pytest.mark.parametrize(
    "text",
    ["shop", "step", "stopp", "stpo", "know", "now", "snow", "yesterday", "nowhere", "yesss", "doing"],
)
def test_near_misses_of_one_word_do_nothing(text: str):
    assert understand(text).wish in (Wish.UNCLEAR, Wish.REMARK)


@pytest.mark.parametrize(
    "text", ["stop by", "will you stop it", "please cancel my place", "stop the bus", "nonstop stop"]
)
def test_a_doubtful_stop_is_asked_about(text: str):
    assert understand(text).wish is Wish.MAYBE_STOP


@pytest.mark.parametrize(
    "text", ["yes and no", "no i am working", "yes 1 and 2", "1 2", "2 yes", "is Sam coming?", "yes 1 2"]
)
def test_a_doubtful_answer_is_asked_about(text: str):
    assert understand(text).wish is Wish.MAYBE_ANSWER


@pytest.mark.parametrize(
    "text",
    [
        "The tea was cold.",
        "yesterday was good",
        "I will stop by at two o'clock",
        "No one was at the door when we came",
        "i know it",
        "the end was nice",
        "чай был холодный",
        "الشاي كان باردا",
    ],
)
def test_free_words_are_a_remark(text: str):
    assert understand(text).wish is Wish.REMARK


@pytest.mark.parametrize(
    "text", ["YES", "yes.", "Y", "Yes please!", "I'm coming", "im comming", "cming", "I\u2019m coming 🙂"]
)
def test_coming(text: str):
    assert (understand(text).wish, understand(text).number) == (Wish.COMING, None)


@pytest.mark.parametrize("text", ["NO", "no!", "Nope", "no thanks", "can't make it", "not comign", "not going"])
def test_not_coming(text: str):
    assert (understand(text).wish, understand(text).number) == (Wish.NOT_COMING, None)


@pytest.mark.parametrize(
    "text", ["WHATS ON", "what's on", "whats on?", "WHAT\u2019S ON", "Whatson", "wahts on", "What is on?"]
)
def test_whats_on(text: str):
    assert understand(text).wish is Wish.WHATS_ON


@pytest.mark.parametrize("text", ["WAIT", "wait please", "I'll wait", "Wait 2"])
def test_waiting(text: str):
    assert (understand(text).wish, understand(text).number) == (Wish.WAITING, 2 if "2" in text else None)


@pytest.mark.parametrize("text", ["wait what", "wait for me", "cant wait"])
def test_a_doubtful_wait_puts_nobody_in_a_line(text: str):
    assert understand(text).wish is Wish.MAYBE_ANSWER


def test_numbers():
    assert (understand("YES 2").wish, understand("YES 2").number) == (Wish.COMING, 2)
    assert (understand("no 1.").wish, understand("no 1.").number) == (Wish.NOT_COMING, 1)
    assert (understand(" 1 ").wish, understand("1").number) == (Wish.NUMBER, 1)
    assert understand("07700900123").wish is Wish.UNCLEAR
    assert understand("٣").wish is Wish.UNCLEAR
    assert understand("²").wish in (Wish.NUMBER, Wish.UNCLEAR)


@pytest.mark.parametrize(
    "text", ["1234567890123456", "1234 5678 9012 3456", " 1234-5678-9012-3456. ", "12 34 56 78 90 12 34 56"]
)
def test_a_receipt(text: str):
    assert understand(text).wish is Wish.RECEIPT


@pytest.mark.parametrize("text", ["123456789012345", "12345678901234567", "my number is 1234567890123456"])
def test_other_numbers_are_no_receipt(text: str):
    assert understand(text).wish is not Wish.RECEIPT


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("PAUSE", Pause(14)),
        ("pause 2 weeks!", Pause(14)),
        ("Pause 1 day", Pause(1)),
        ("pause 3 months", Pause(90)),
        ("pause off", Pause(0)),
        ("ASKS 0", Asks(0)),
        ("asks 31", Asks(31)),
        ("QUIET 22 8", Quiet(22, 8)),
        ("Quiet off", Quiet(0, 0)),
        ("news", News(wanted=True)),
        ("No news", News(wanted=False)),
    ],
)
def test_what_reaches_them_is_changed_by_exact_words(text: str, change: Change):
    assert understand(text).change == change


@pytest.mark.parametrize(
    "text",
    [
        *("pause 0 days", "pause 400 days", "pause 99 weeks", "pause for a bit", "pause 2", "pause \u0663 days"),
        *("asks", "asks 32", "asks many", "quiet", "quiet 24 8", "quiet 22 8 7", "quiet please", "good news", "newss"),
    ],
)
def test_other_words_change_nothing(text: str):
    assert understand(text).change is None


def test_help_start_and_nothing():
    assert understand("help").wish is Wish.HELP
    assert understand("HELP ME").wish is Wish.HELP
    assert understand("Start").wish is Wish.START
    for nothing in ("", "   ", "👍", "...", "\u200b"):
        assert understand(nothing).wish is Wish.NOTHING


@given(st.text())
def test_any_text_is_understood_as_something(text: str):
    assert isinstance(understand(text).wish, Wish)


@given(st.text(alphabet="stopnyeqiudcanl 12'.!", max_size=14))
def test_only_the_exact_words_stop_start_or_answer(text: str):
    words = words_of(text)
    said = " ".join(words)
    understood = understand(text)
    assert (understood.wish is Wish.STOP) == (said in STOP or (bool(words) and set(words) == {"stop"}))
    assert (understood.wish is Wish.START) == (said in START)
    if understood.wish in (Wish.COMING, Wish.NOT_COMING) and "ing" not in said:
        without = said if understood.number is None else " ".join(words[:-1])
        assert without in COMING | NOT_COMING


@given(st.sampled_from(sorted(phrase for phrases, _ in (*EXACT, *ANSWERS) for phrase in phrases)), st.data())
def test_one_letter_off_a_short_word_never_acts(phrase: str, data: st.DataObject):
    word = data.draw(st.sampled_from(phrase.split()))
    assume(len(word) < 5)
    at = data.draw(st.integers(0, len(word) - 1))
    other = word[:at] + data.draw(st.sampled_from("bcdfgjkmqvwxz")) + word[at + 1 :]
    slipped = [other if each == word else each for each in phrase.split()]
    every = {each for phrases, _ in (*EXACT, *ANSWERS) for each in phrases}
    assume(" ".join(slipped) not in every)
    assume(not any(each.isdigit() for each in slipped))
    assert understand(" ".join(slipped)).wish not in (Wish.STOP, Wish.START, Wish.COMING, Wish.NOT_COMING, Wish.HELP)


def test_one_slip():
    for slip in ("comin", "ocming", "comingg", "cpming", "comming", "coimng", "oming"):
        assert one_slip_apart(slip, "coming")
        assert one_slip_apart("coming", slip)
    for more in ("coming", "comming!!", "cmoign", "com", "homign", "becoming", ""):
        assert not one_slip_apart(more, "coming")
