"""What is answered to a text, and what is done about it. Pure: nothing here reaches out or remembers."""

from dataclasses import dataclass

from services.chat import sentences
from services.chat.choices import Choice
from services.chat.understanding import Understood, Wish, understand
from services.chat.wishes import Change, Pause

LISTED_AT_MOST = 4


@dataclass(frozen=True)
class Stop:
    """No more texts to this address."""


@dataclass(frozen=True)
class Start:
    """Texts to this address again."""


@dataclass(frozen=True)
class Rsvp:
    """Take or give up a place. `number` is what they called it by."""

    choice: Choice
    going: bool
    number: int | None = None


@dataclass(frozen=True)
class Wait:
    """Into the line for a place."""

    choice: Choice
    number: int | None = None


@dataclass(frozen=True)
class KeepRemark:
    """Pass on what they said, without saying who."""

    text: str


@dataclass(frozen=True)
class SignIn:
    """Send them a link that lets them in."""


@dataclass(frozen=True)
class Remember:
    """This is the list they see from now on."""

    choices: tuple[Choice, ...]


Action = Stop | Start | Rsvp | Wait | KeepRemark | SignIn | Remember | Change


@dataclass(frozen=True)
class Reply:
    """What to do, and what to say when all of it went well; no words say nothing."""

    actions: tuple[Action, ...] = ()
    words: str = ""


@dataclass(frozen=True)
class Situation:
    """What is known as a text comes in: what we lately asked about, what is on, and the list they saw last.

    `answers_at` is the page where the answer to a remark is read.
    """

    known: bool
    questions: tuple[Choice, ...] = ()
    upcoming: tuple[Choice, ...] = ()
    shown: tuple[Choice, ...] = ()
    answers_at: str = ""


ASK = {
    Wish.HELP: sentences.HELP,
    Wish.MORE: sentences.MORE,
    Wish.NOTHING: sentences.NO_WORDS,
    Wish.UNCLEAR: sentences.UNCLEAR,
    Wish.MAYBE_STOP: sentences.MAYBE_STOP,
    Wish.MAYBE_ANSWER: sentences.MAYBE_ANSWER,
    Wish.THANKS: sentences.WELCOME,
}


NOTHING_OPEN = {
    Wish.COMING: sentences.NO_QUESTION,
    Wish.NOT_COMING: sentences.NO_QUESTION_TO_DECLINE,
    Wish.WAITING: sentences.NO_QUESTION_TO_WAIT_FOR,
}


def answer(text: str, situation: Situation) -> Reply:
    """The reply to a text."""
    understood = understand(text)
    wish = understood.wish
    if wish in (Wish.STOP, Wish.START):
        return _stop_or_start(wish, known=situation.known)
    if not situation.known:
        return Reply(words=sentences.WAY_IN)
    if understood.change is not None:
        return Reply((understood.change,), sentences.changed(understood.change))
    if wish in (Wish.REMARK, Wish.SIGN_IN):
        return Reply((KeepRemark(text.strip()) if wish is Wish.REMARK else SignIn(),))
    # A receipt opens somebody's words and their answer, so it is not passed on as words of theirs.
    words = sentences.read_at(situation.answers_at) if wish is Wish.RECEIPT else ASK.get(wish)
    if words is not None:
        return Reply(words=words)
    return _whats_on(situation) if wish is Wish.WHATS_ON else _about_one(understood, situation)


def _stop_or_start(wish: Wish, *, known: bool) -> Reply:
    if wish is Wish.STOP:
        # Where the provider has confirmed it, this is not said.
        return Reply((Stop(),), sentences.STOPPED)
    # Who wants texts again wants no pause either.
    return Reply((Start(), Pause(0)), sentences.STARTED) if known else Reply((Start(),), sentences.WAY_IN)


def _whats_on(situation: Situation) -> Reply:
    if not situation.upcoming:
        return Reply(words=sentences.NOTHING_PLANNED)
    return Reply((Remember(situation.upcoming),), sentences.whats_on(situation.upcoming))


def _about_one(understood: Understood, situation: Situation) -> Reply:
    number = understood.number
    if number is None:
        return _by_question(situation, understood.wish)
    if not situation.shown:
        return Reply(words=sentences.NO_LIST)
    if not 1 <= number <= len(situation.shown):
        return Reply(words=sentences.NOT_IN_LIST)
    choice = situation.shown[number - 1]
    if understood.wish is Wish.NUMBER:
        return Reply(words=sentences.asked(choice, number))
    return _act(choice, understood.wish, number)


def _by_question(situation: Situation, wish: Wish) -> Reply:
    """A bare yes, no or wait: to the one thing we asked about, or else to the one thing we talked about last."""
    open_ones = situation.questions[:LISTED_AT_MOST]
    if not open_ones and len(situation.shown) == 1:
        open_ones = situation.shown
    if len(open_ones) > 1:
        return Reply((Remember(open_ones),), sentences.which(open_ones))
    if not open_ones:
        return Reply(words=NOTHING_OPEN[wish])
    return _act(open_ones[0], wish, None)


def _act(choice: Choice, wish: Wish, number: int | None) -> Reply:
    action: Rsvp | Wait = Rsvp(choice, wish is Wish.COMING, number)
    words = sentences.coming(choice, number) if wish is Wish.COMING else sentences.not_coming(choice)
    if wish is Wish.WAITING:
        action, words = Wait(choice, number), sentences.waiting(choice, number)
    # Who said it without a number may change their mind without one; a list that was numbered stays.
    return Reply((action,) if number is not None else (action, Remember((choice,))), words)
