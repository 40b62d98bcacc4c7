"""Everything chat says. None of it names the service, says what it is about, or speaks of anybody."""

from collections.abc import Callable, Sequence

from services.chat.choices import Choice
from services.chat.short_text import SEGMENT, fitted, plain, septets, shortened, when
from services.chat.wishes import Asks, Change, News, Pause, Quiet

NO_TITLE = "Your evening"
# What is on, and not certain yet.
MAYBE = " (maybe)"

WAY_IN = (
    "Hello. We do not know this number yet. To join in, ask a host or come along to an evening. "
    "Text STOP and we will not text you."
)
HELP = (
    "Text YES or NO to say if you come. WHATS ON: a list. LOGIN: your page. STOP: no texts. MORE: other words. "
    "Or tell us how it is. In danger now? Call 999."
)
MORE = (
    "Text PAUSE: two weeks of rest. QUIET 22 8: no texts from 10pm to 8am. NO NEWS or NEWS: our news. "
    "ASKS 2: we ask you twice a month at most. ASKS 0: never."
)
STOPPED = "OK, no more texts. Text START to have them back."
STARTED = "OK, our texts are on again. Text STOP to end them."
NO_QUESTION = "What would you like to come to? Text WHATS ON for a list."
NO_QUESTION_TO_WAIT_FOR = "What would you like to wait for? Text WHATS ON for a list, then WAIT and the number."
NO_QUESTION_TO_DECLINE = "Which one do you mean? Text WHATS ON for a list, then NO and the number."
NO_LIST = "Which one do you mean? Text WHATS ON for a list."
NOT_IN_LIST = "There is no such number in the list. Text WHATS ON to see it again."
NOTHING_PLANNED = "Nothing is planned yet. Please ask again in a few days."
NO_WORDS = "We got no words. We cannot see pictures here. Text HELP to see what you can send."
UNCLEAR = "Sorry, we did not get that. Text YES or NO, or WHATS ON for a list. Or tell us something in a few words."
MAYBE_STOP = "Do you want no more texts? Then text just STOP. To tell us something, use a few more words."
MAYBE_ANSWER = "Do you mean yes or no? Text just YES, just NO or just WAIT. To tell us something, use a few more words."
WELCOME = "You are welcome. Text WHATS ON to see what is coming up."
LINK_SENT = "We sent you a link. Text LOGIN if you need another."
ENOUGH_LINKS = "You have had a few links already. Use the latest one, or text LOGIN again in an hour."
ALREADY_KEPT = "We already have your words."
NOT_KEPT = "Sorry, we could not keep that. Please try it in other words."
DID_NOT_REACH_US = "Sorry, that did not reach us. Please text it again in a few minutes."
# One word is obeyed by the provider itself, whatever else is away.
STOP_DID_NOT_REACH_US = "Sorry, that did not reach us. Please text just the one word STOP."
NOT_CHANGED = "Sorry, we could not change that. Please text it again later."
PAUSE_OVER = "OK, the pause is over. Text PAUSE to have a rest again."
ANY_HOUR = "OK, our texts may come at any hour. Text QUIET 22 8 for quiet from 10pm to 8am."
NEWS = "OK, we text you our news. Text NO NEWS to end that."
NO_NEWS = "OK, no more news by text. Text NEWS to have it back."
NEVER_ASK = "OK, we will not ask you for anything. Text ASKS 2 to be asked twice a month at most."
GONE = "We cannot find that one any more. Text WHATS ON for a new list."

REFUSALS = {
    "occurrence-full": "is full just now. Text {wait} and we ask you when a place comes free.",
    "places-are-drawn": "has its places drawn, so nobody has to be quick. Text {wait} to be in the draw.",
    "places-free": "has room for you. Text {yes} to come.",
    "already-coming": "is yours: you are coming already.",
    "offer-over": "is full now: that place went to the next person. You are still in the line.",
    "occurrence-cancelled": "is cancelled. Text WHATS ON for what else there is.",
    "occurrence-over": "is over. Text WHATS ON for what is next.",
    "members-only": "is for its own group. Ask one of its hosts if you can come.",
}
OTHER_REFUSAL = "does not take answers just now. Text WHATS ON for a list."


def coming(choice: Choice, number: int | None) -> str:
    """They have a place. `number` is what they called it by."""
    no = _called("NO", number)
    see = "It is not certain yet: we tell you." if choice.tentative else "See you there!"
    return _about(choice, lambda it: f"You are coming to {it}. {see} Text {no} if that changes.")


def not_coming(choice: Choice) -> str:
    """They are not expected, and are left in peace."""
    return _about(choice, lambda it: f"OK, we let your place go: {it}. No more texts about it.")


def waiting(choice: Choice, number: int | None) -> str:
    """They are in the line."""
    no = _called("NO", number)
    return _about(choice, lambda it: f"You are in the line for {it}. We ask you when it is your turn. {no} ends it.")


def refused(choice: Choice, code: str, number: int | None) -> str:
    """Their answer was not taken, why, and what to text."""
    words = REFUSALS.get(code, OTHER_REFUSAL)
    reason = words.format(wait=_called("WAIT", number), yes=_called("YES", number))
    return _about(choice, lambda it: f"{it} {reason}")


def asked(choice: Choice, number: int) -> str:
    """They sent a bare number: it is told what it stands for."""
    return _about(choice, lambda it: f"{number} is {it}. Text YES {number} to come, or NO {number}.")


def which(choices: Sequence[Choice]) -> str:
    """Several things are open."""
    return _list("Which one?\n", choices, "Text YES or NO and the number.")


def whats_on(choices: Sequence[Choice]) -> str:
    """What comes next."""
    return _list("", choices, "To come, text YES and the number.")


def kept(receipt: str, answers_at: str) -> str:
    """Their words are kept; the only time the number is told. Where it goes is told too, unless that is too long."""
    fours = " ".join(receipt[i : i + 4] for i in range(0, len(receipt), 4))
    thanks = "Thank you. We have your words, without your name."
    words = f"{thanks} Read the answer at {answers_at} with this number: {fours}"
    if septets(words) <= SEGMENT and plain(words) == words:
        return words
    return f"{thanks} With this number you can read the answer: {fours}"


def way_in_at(link: str) -> str:
    """A link that lets them in; the only time it is told."""
    return f"Your way in. It works once, for 10 minutes: {link}"


def read_at(answers_at: str) -> str:
    """They sent the number of a remark."""
    return f"Read the answer at {answers_at}"


def changed(change: Change) -> str:
    """What reaches them is as they want it now, and how to have it otherwise."""
    match change:
        case Pause(days):
            return _paused(days) if days else PAUSE_OVER
        case Asks(many):
            times = f"{many} time{'s' if many > 1 else ''} a month at most"
            return f"OK, we ask you for something {times}. ASKS 0 is never." if many else NEVER_ASK
        case Quiet(since, until):
            hours = f"from {_hour(since)} to {_hour(until)}"
            quiet = f"OK, quiet {hours}. Only a change to that very day comes through."
            return ANY_HOUR if since == until else quiet
        case News(wanted):
            return NEWS if wanted else NO_NEWS


def _paused(days: int) -> str:
    rest = f"OK, no news and no asks for {days} day{'s' if days > 1 else ''}."
    return f"{rest} What you said yes to goes on. Text PAUSE OFF to end it."


def _hour(hour: int) -> str:
    return f"{hour % 12 or 12}{'am' if hour < 12 else 'pm'}"  # noqa: PLR2004  # noon


def _called(word: str, number: int | None) -> str:
    """The word to text about one thing, with the number that they call it by."""
    return word if number is None else f"{word} {number}"


def _title(choice: Choice) -> str:
    return " ".join(plain(choice.title or "").split()) or NO_TITLE


def _about(choice: Choice, say: Callable[[str], str]) -> str:
    title, at = _title(choice), when(choice.starts, all_day=choice.all_day)
    return fitted(lambda room: say(f"{shortened(title, room)}, {at}"), len(title))


def _list(before: str, choices: Sequence[Choice], after: str) -> str:
    titles = [_title(choice) for choice in choices]
    unsure = [MAYBE if choice.tentative else "" for choice in choices]

    def build(room: int) -> str:
        lines = [
            f"{number} {when(choice.starts, all_day=choice.all_day)} {shortened(title, room)}{maybe}\n"
            for number, (choice, title, maybe) in enumerate(zip(choices, titles, unsure, strict=True), 1)
        ]
        return before + "".join(lines) + after

    return fitted(build, max(map(len, titles)))
