import logging
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from services.chat import sentences
from services.chat.clients import Apis, Sender
from services.chat.conversation import (
    KeepRemark,
    Remember,
    Reply,
    Rsvp,
    SignIn,
    Situation,
    Start,
    Stop,
    Wait,
    answer,
)
from services.chat.models import Contact, Inbound
from services.chat.queries import contact_of, dealt_with, take_turns
from services.chat.understanding import Wish, understand
from services.chat.wishes import Asks, Change, News, Pause, Quiet
from shared.errors import Conflict, Forbidden, Invalid, NotFound, TryAgain

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Text:
    """A text that came in. `answered` is whether the provider itself has answered it already."""

    provider: str
    channel: str
    message_id: str
    sender: str
    words: str
    answered: bool = False


@dataclass(frozen=True)
class Said:
    """What we say, and what we say when the same text comes again."""

    words: str
    again: str


@dataclass(frozen=True)
class Turn:
    """A text and everything that dealing with it takes."""

    apis: Apis
    text: Text
    sender: Sender
    contact: Contact
    answers_at: str
    now: datetime


def hear(session: Session, apis: Apis, text: Text, *, answers_at: str, now: datetime) -> str:
    """Deal with a text; what to say to it, which may be nothing. `answers_at` is where answers to remarks are read.

    Where a service is away nothing is kept here, and the sender is asked to text it again. Only where the provider has
    answered already, as it does to STOP, is TryAgain raised: there is nothing to say, and it may bring the text again.
    What was done by then takes no notice of a second time, by its key or by its state.
    """
    wish = understand(text.words).wish
    try:
        with session.begin_nested():
            return _deal_with(session, apis, text, answers_at, now)
    except TryAgain as error:
        log.warning("a text was not dealt with", extra={"cause": error.detail})
        if text.answered and wish is not Wish.START:
            raise
        return sentences.STOP_DID_NOT_REACH_US if wish is Wish.STOP else sentences.DID_NOT_REACH_US


def _deal_with(session: Session, apis: Apis, text: Text, answers_at: str, now: datetime) -> str:
    """The texts of one address are dealt with one after the other."""
    try:
        sender = apis.identify(text.channel, text.sender)
    except Invalid:
        # A name or a short number: nobody is there to read an answer.
        return ""
    take_turns(session, sender.address_index)
    before = dealt_with(session, text.provider, text.message_id)
    if before is not None:
        return before.reply_again(now)
    turn = Turn(apis, text, sender, _contact(session, sender.address_index, now), answers_at, now)
    said = _perform(turn, answer(text.words, _situation(turn)))
    if text.answered:
        said = Said("", "")
    session.add(Inbound(provider=text.provider, message_id=text.message_id, received_at=now, reply=said.again))
    return said.words


def _contact(session: Session, address_index: str, now: datetime) -> Contact:
    contact = contact_of(session, address_index)
    if contact is None:
        contact = Contact.met(address_index, now)
        session.add(contact)
    contact.last_message_on = now.date()
    return contact


def _situation(turn: Turn) -> Situation:
    """What the reply depends on, and only that: each thing looked up is a service that may be away."""
    token = turn.sender.token
    if token is None:
        return Situation(known=False)
    understood = understand(turn.text.words)
    asked = understood.wish in (Wish.COMING, Wish.NOT_COMING, Wish.WAITING) and understood.number is None
    return Situation(
        known=True,
        questions=turn.apis.questions(token) if asked else (),
        upcoming=turn.apis.next_ones() if understood.wish is Wish.WHATS_ON else (),
        shown=turn.contact.sees(turn.now),
        answers_at=turn.answers_at,
    )


def _perform(turn: Turn, reply: Reply) -> Said:
    """Do what the reply says. What went otherwise than it should is what is said instead."""
    said = Said(reply.words, reply.words)
    apis, text = turn.apis, turn.text
    for action in reply.actions:
        match action:
            case Stop():
                apis.stop(text.channel, turn.sender, text.message_id)
            case Start():
                apis.start(text.channel, turn.sender, text.message_id)
            case Remember(choices):
                turn.contact.show(choices, turn.now)
            case KeepRemark(words):
                said = _keep(turn, words)
            case SignIn():
                said = _way_in(turn)
            case Pause() | Asks() | Quiet() | News():
                said = _change(turn, action, said)
            case Rsvp() | Wait():
                refusal = _answer_or_wait(turn, action)
                said = said if refusal is None else Said(refusal, refusal)
    return said


def _keep(turn: Turn, words: str) -> Said:
    """The receipt is said once and kept nowhere, so a repeat hears only that we have the words."""
    try:
        receipt = turn.apis.keep_remark(words, turn.text.message_id)
    except Invalid:
        return Said(sentences.NOT_KEPT, sentences.NOT_KEPT)
    return Said(sentences.kept(receipt, turn.answers_at), sentences.ALREADY_KEPT)


def _way_in(turn: Turn) -> Said:
    """The link is said once and kept nowhere, so a repeat hears only that it was sent."""
    assert turn.sender.token is not None
    try:
        link = turn.apis.sign_in_link(turn.sender.token)
    except Conflict:
        return Said(sentences.ENOUGH_LINKS, sentences.ENOUGH_LINKS)
    return Said(sentences.way_in_at(link), sentences.LINK_SENT)


def _change(turn: Turn, change: Change, said: Said) -> Said:
    """Let what reaches them be as they want it; what to say when that cannot be."""
    assert turn.sender.token is not None
    try:
        turn.apis.change(turn.text.channel, turn.sender.token, change, turn.now)
    except (Invalid, NotFound):
        return Said(sentences.NOT_CHANGED, sentences.NOT_CHANGED)
    return said


def _answer_or_wait(turn: Turn, action: Rsvp | Wait) -> str | None:
    """What to say when the answer was not taken."""
    token, of = turn.sender.token, action.choice.occurrence_id
    assert token is not None
    try:
        if isinstance(action, Wait):
            turn.apis.wait_for_place(of, token)
        else:
            turn.apis.say_whether_coming(of, token, going=action.going)
    except (Conflict, Forbidden) as error:
        return sentences.refused(action.choice, error.code, action.number)
    except (NotFound, Invalid):
        return sentences.GONE
    return None
