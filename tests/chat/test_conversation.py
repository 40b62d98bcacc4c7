import re
from datetime import datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chat import sentences
from services.chat.choices import Choice
from services.chat.conversation import KeepRemark, Remember, Reply, Rsvp, Situation, Start, Stop, Wait, answer
from services.chat.short_text import BASIC, EXTENDED, SEGMENT, plain, septets, when
from services.chat.understanding import Wish, understand
from services.chat.wishes import Asks, Change, News, Pause, Quiet


def choice(title: str | None = "Games night", at: datetime = datetime(2026, 11, 26, 18, 30)) -> Choice:
    return Choice(uuid4(), title, at)


ANSWERS_AT = "forum.example.org/say/answer"
GAMES, WALK, FILM = choice(), choice("A walk in the hills"), choice("Film night")
CHOICES = st.builds(
    Choice,
    st.uuids(version=4),
    st.none() | st.text(max_size=200),
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)),
    st.booleans(),
)
SITUATIONS = st.builds(
    Situation,
    known=st.booleans(),
    questions=st.lists(CHOICES, max_size=6).map(tuple),
    upcoming=st.lists(CHOICES, max_size=3).map(tuple),
    shown=st.lists(CHOICES, max_size=4).map(tuple),
    answers_at=st.just(ANSWERS_AT),
)


def test_stop_is_done_whoever_says_it():
    for known in (True, False):
        assert answer("STOP", Situation(known=known, questions=(GAMES,))) == Reply((Stop(),), sentences.STOPPED)


def test_yes_goes_to_the_one_open_question():
    reply = answer("yes", Situation(known=True, questions=(GAMES,)))
    assert reply.actions == (Rsvp(GAMES, going=True), Remember((GAMES,)))
    assert reply.words == "You are coming to Games night, Thu 26 Nov 6.30pm. See you there! Text NO if that changes."


def test_wait_puts_them_in_the_line_for_what_they_were_asked_or_talked_about():
    for known in (Situation(known=True, questions=(GAMES,)), Situation(known=True, shown=(GAMES,))):
        reply = answer("Wait", known)
        assert reply.actions == (Wait(GAMES), Remember((GAMES,)))
        assert reply.words.startswith("You are in the line for Games night, Thu 26 Nov 6.30pm.")
    assert answer("wait", Situation(known=True)) == Reply(words=sentences.NO_QUESTION_TO_WAIT_FOR)


def test_no_lets_the_place_go():
    reply = answer("no", Situation(known=True, questions=(GAMES,)))
    assert reply.actions[0] == Rsvp(GAMES, going=False)
    assert reply.words == "OK, we let your place go: Games night, Thu 26 Nov 6.30pm. No more texts about it."


def test_who_changed_their_mind_says_so_without_a_number():
    assert answer("no", Situation(known=True, shown=(GAMES,))).actions[0] == Rsvp(GAMES, going=False)


def test_several_questions_are_listed_not_guessed():
    reply = answer("yes", Situation(known=True, questions=(GAMES, WALK)))
    assert reply.actions == (Remember((GAMES, WALK)),)
    assert reply.words.splitlines() == [
        "Which one?",
        "1 Thu 26 Nov 6.30pm Games night",
        "2 Thu 26 Nov 6.30pm A walk in the hills",
        "Text YES or NO and the number.",
    ]


def test_a_number_means_the_list_they_saw():
    seen = Situation(known=True, questions=(GAMES,), shown=(GAMES, WALK))
    assert answer("YES 2", seen).actions == (Rsvp(WALK, going=True, number=2),)
    assert "NO 2" in answer("YES 2", seen).words
    assert answer("no 1", seen).actions == (Rsvp(GAMES, going=False, number=1),)
    assert answer("wait 2", seen).actions == (Wait(WALK, number=2),)
    assert "NO 2" in answer("wait 2", seen).words
    assert answer("2", seen) == Reply(words=sentences.asked(WALK, 2))
    assert answer("YES 3", seen) == Reply(words=sentences.NOT_IN_LIST)
    assert answer("YES 0", seen) == Reply(words=sentences.NOT_IN_LIST)
    assert answer("YES 1", Situation(known=True, questions=(GAMES,))) == Reply(words=sentences.NO_LIST)


def test_with_nothing_open_it_asks():
    assert answer("yes", Situation(known=True)).words == sentences.NO_QUESTION
    assert answer("no", Situation(known=True)).words == sentences.NO_QUESTION_TO_DECLINE
    assert answer("yes", Situation(known=True, shown=(GAMES, WALK))).actions == ()


def test_whats_on_shows_the_next_ones_and_remembers_them():
    reply = answer("WHAT'S ON", Situation(known=True, upcoming=(GAMES, WALK, FILM)))
    assert reply.actions == (Remember((GAMES, WALK, FILM)),)
    assert reply.words.startswith("1 Thu 26 Nov 6.30pm Games night\n2 ")
    assert septets(reply.words) <= SEGMENT
    assert answer("whats on", Situation(known=True)).words == sentences.NOTHING_PLANNED


def test_free_words_are_passed_on_as_they_are():
    assert answer(" The tea was cold. ", Situation(known=True)).actions == (KeepRemark("The tea was cold."),)


def test_a_receipt_is_told_where_it_goes_and_is_not_kept():
    known = Situation(known=True, questions=(GAMES,), shown=(GAMES,), answers_at=ANSWERS_AT)
    assert answer("1234 5678 9012 3456", known) == Reply(words="Read the answer at forum.example.org/say/answer")


@pytest.mark.parametrize("too_much", [f"{'e' * 60}.example.org/say/answer", "føŕum.example.org/say/answer"])
def test_where_an_answer_is_read_is_told_if_it_fits(too_much: str):
    assert f"Read the answer at {ANSWERS_AT} with" in sentences.kept("1234567890123456", ANSWERS_AT)
    words = sentences.kept("1234567890123456", too_much)
    assert words.endswith("you can read the answer: 1234 5678 9012 3456")
    assert septets(words) <= SEGMENT
    assert set(words) <= BASIC | EXTENDED


def test_a_stranger_learns_nothing():
    said = {
        answer(text, Situation(known=False)).words
        for text in ("yes", "no", "whats on", "help", "1", "hello there", "", "The tea was cold.", "start", "1" * 16)
    }
    assert said == {sentences.WAY_IN}
    assert answer("start", Situation(known=False)).actions == (Start(),)


@given(st.text(), SITUATIONS)
def test_any_text_in_any_situation_gets_an_answer_that_fits(text: str, situation: Situation):
    reply = answer(text, situation)
    wish = understand(text).wish
    assert reply.words or reply.actions
    assert septets(reply.words) <= SEGMENT
    assert set(reply.words) <= BASIC | EXTENDED
    for action in reply.actions:
        if isinstance(action, Stop):
            assert wish is Wish.STOP
        if isinstance(action, Rsvp):
            assert situation.known
            assert wish in (Wish.COMING, Wish.NOT_COMING)
            assert action.choice in (*situation.questions, *situation.shown)
        if isinstance(action, KeepRemark):
            assert situation.known


@pytest.mark.parametrize(
    "text", ["know", "now", "stop by", "shop", "yesterday", "yesterday was good", "will stop by at 2"]
)
def test_near_misses_change_nothing(text: str):
    reply = answer(text, Situation(known=True, questions=(GAMES,), shown=(GAMES, WALK)))
    assert all(isinstance(action, KeepRemark) for action in reply.actions)


def test_all_fixed_words_fit_one_text_and_name_nothing():
    fixed = [each for each in vars(sentences).values() if isinstance(each, str) and " " in each]
    fixed += [sentences.kept("1234567890123456", ANSWERS_AT), *sentences.REFUSALS.values()]
    assert len(fixed) > 15
    for words in fixed:
        if words is sentences.__doc__:
            continue
        assert septets(words) <= SEGMENT, words
        assert set(words) <= BASIC | EXTENDED, words
        assert not {"forum", "shelter", "recovery", "homeless", "programme", "member"} & set(words.lower().split())


@pytest.mark.parametrize("known", [True, False])
def test_a_pause_ends_when_texts_are_wanted_again(known: bool):
    assert answer("START AGAIN", Situation(known=known)).actions == ((Start(), Pause(0)) if known else (Start(),))


@given(
    st.one_of(
        st.builds(Pause, st.integers(0, 366)),
        st.builds(Asks, st.integers(0, 31)),
        st.builds(Quiet, st.integers(0, 23), st.integers(0, 23)),
        st.builds(News, st.booleans()),
    )
)
def test_what_a_change_is_answered_fits_one_text(change: Change):
    words = sentences.changed(change)
    assert septets(words) <= SEGMENT
    assert set(words) <= BASIC | EXTENDED


@given(CHOICES, st.sampled_from([*sentences.REFUSALS, "something-new"]), st.integers(1, 99))
def test_words_about_anything_fit_one_text(about: Choice, code: str, number: int):
    told = (sentences.asked, sentences.coming, sentences.waiting)
    for words in (sentences.refused(about, code, number), *(say(about, number) for say in told)):
        assert septets(words) <= SEGMENT
        assert set(words) <= BASIC | EXTENDED


def test_letters_that_would_double_the_price_are_replaced():
    assert plain("“Tŷ Gwyn” \u2013 café…") == '"Ty Gwyn" - café...'
    assert plain("🎲 games") == " games"
    assert septets("€5") == 3


def test_dates_are_short():
    assert when(datetime(2026, 11, 26, 18, 30)) == "Thu 26 Nov 6.30pm"
    assert when(datetime(2026, 12, 1, 12, 0)) == "Tue 1 Dec 12pm"
    assert when(datetime(2026, 12, 1), all_day=True) == "Tue 1 Dec"


def test_what_is_not_certain_is_told_as_that():
    maybe = Choice(uuid4(), "An evening with a very long title indeed", datetime(2026, 11, 26, 10, 30), tentative=True)
    three = sentences.whats_on((maybe,) * 3)
    assert three.count("(maybe)") == 3
    assert septets(three) <= SEGMENT
    assert "not certain yet" in sentences.coming(maybe, 12)
    assert septets(sentences.coming(maybe, 12)) <= SEGMENT
    assert Choice.read(maybe.stored()) == maybe


def test_a_hidden_title_is_not_told():
    assert "Your evening" in sentences.coming(choice(None), None)


@given(CHOICES)
def test_a_choice_is_kept_whole(about: Choice):
    assert Choice.read(about.stored()) == about
    assert isinstance(about.occurrence_id, UUID)


def test_help_tells_each_thing_to_text_and_all_of_them_are_understood():
    told = [words for words in ("YES", "NO", "WHATS ON", "LOGIN", "STOP", "MORE") if words in sentences.HELP]
    assert [understand(words).wish for words in told] == [
        Wish.COMING,
        Wish.NOT_COMING,
        Wish.WHATS_ON,
        Wish.SIGN_IN,
        Wish.STOP,
        Wish.MORE,
    ]


@pytest.mark.parametrize("text", ["MORE", "More please!", "help 2", "HELP MORE"])
def test_more_tells_the_words_that_help_has_no_room_for_and_all_of_them_are_understood(text: str):
    assert answer(text, Situation(known=True)) == Reply(words=sentences.MORE)
    told = [
        words for words in ("PAUSE", "QUIET 22 8", "NO NEWS", "NEWS", "ASKS 2", "ASKS 0") if words in sentences.MORE
    ]
    changes = [understand(words).change for words in told]
    assert changes == [Pause(14), Quiet(22, 8), News(wanted=False), News(wanted=True), Asks(2), Asks(0)]


@pytest.mark.parametrize("words", [sentences.HELP, sentences.MORE])
def test_help_and_more_are_one_text_each_in_short_words(words: str):
    assert septets(words) <= SEGMENT
    assert set(words) <= BASIC
    spoken = re.findall("[A-Za-z']+", words)
    assert max(map(len, spoken)) <= len("danger")
    assert max(len(sentence.split()) for sentence in re.split("[.?]", words)) <= 12
