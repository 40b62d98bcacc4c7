"""What a member's yes and no add up to. Nothing is ever taken for a yes but a yes."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from services.members.models import Channel, Consent, Via
from services.members.wordings import LIST, START, STOP
from shared.contracts.members import Purpose

# What the keeper of a list may vouch for: never news, and never asks.
VOUCHED_FOR = (Purpose.JOINED, Purpose.ACCOUNT)

MESSAGES = {
    Channel.SMS: "texts",
    Channel.EMAIL: "emails",
    Channel.WHATSAPP: "WhatsApp messages",
    Channel.TELEGRAM: "Telegram messages",
    Channel.PUSH: "notes on your device",
}
ABOUT = {
    Purpose.JOINED: "about what you join",
    Purpose.FORUM: "with news from your groups",
    Purpose.ASK: "that ask you to take part",
    Purpose.ACCOUNT: "about your account",
}


def agreed(last: Iterable[Consent], channels: Sequence[Channel]) -> dict[Purpose, tuple[str, ...]]:
    """For each purpose, those of these channels to which somebody said yes. `last`: what they said last of each."""
    given = {(said.purpose, said.channel) for said in last if said.given}
    return {purpose: tuple(it for it in channels if (purpose, it) in given) for purpose in Purpose}


def stopped(last: Iterable[Consent], channel: str, now: datetime) -> list[Consent]:
    """What STOP adds: a no for every yes of its channel."""
    live = [said for said in last if said.channel == channel and said.given]
    return [_texted(said, STOP, given=False, now=now) for said in live]


def started(last: Iterable[Consent], channel: str, now: datetime) -> list[Consent]:
    """What START adds: a yes for all that STOP took back, and for nothing else."""
    taken_back = [said for said in last if said.channel == channel and said.wording == STOP]
    return [_texted(said, START, given=True, now=now) for said in taken_back]


def vouched(last: Iterable[Consent], member_id: UUID, channels: Iterable[Channel], now: datetime) -> list[Consent]:
    """What a list adds for somebody with these addresses on it, wherever they have said nothing themselves."""
    said = {(each.purpose, each.channel) for each in last}
    return [
        Consent(member_id=member_id, purpose=purpose, channel=channel, given=True, wording=LIST, via=Via.IMPORT, at=now)
        for channel in channels
        for purpose in VOUCHED_FOR
        if (purpose, channel) not in said
    ]


def in_words(said: Consent) -> str:
    """A yes or a no as its member reads it."""
    what = f"{MESSAGES[said.channel]} {ABOUT[said.purpose]}"
    if said.wording == STOP:
        return f"You texted STOP: no more {what}."
    if said.wording == START:
        return f"You texted START: {what} again."
    answer = "yes" if said.given else "no"
    if said.via is Via.IMPORT:
        return f"The keeper of the list told us that you say {answer} to {what}."
    if said.via is Via.WORKER:
        return f"Somebody who helped you wrote down that you say {answer} to {what}."
    return f"You said {answer} to {what}."


def _texted(said: Consent, wording: str, *, given: bool, now: datetime) -> Consent:
    return Consent(
        member_id=said.member_id,
        purpose=said.purpose,
        channel=said.channel,
        given=given,
        wording=wording,
        recorded_by=said.member_id,
        via=Via.CHAT,
        at=now,
    )
