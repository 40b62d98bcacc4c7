"""The last-moment gate: may this leave, now, and by which channel? Every «no» has a reason its recipient can read."""

from dataclasses import dataclass
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from services.notifications.models import Notification, Occurrence, Recipient, State
from services.notifications.quiet_hours import quiet_until
from services.notifications.reminders import NEEDS_COVER, OFFERS
from services.notifications.words import WRITTEN_FOR
from shared.contracts.members import Purpose

UNREACHABLE = "We have no way to reach you that works."
KEPT_FOR_QUIET = "Kept until your quiet hours end."
KEPT_FOR_PAUSE = "Kept until your pause ends."
KEPT = (KEPT_FOR_QUIET, KEPT_FOR_PAUSE)

NOT_THERE_YET = "We cannot write to you yet in the way you said yes to."
NOT_AGREED = {
    Purpose.JOINED: "You have not said yes to messages about what you join.",
    Purpose.FORUM: "You have not said yes to news.",
    Purpose.ASK: "You have not said yes to being asked.",
    Purpose.ACCOUNT: "You have not said yes to messages about your account.",
}
# What a pause holds back. What somebody joined, and a code they wait for, goes on.
PAUSABLE = (Purpose.FORUM, Purpose.ASK)


@dataclass(frozen=True)
class Verdict:
    """What to do with a notification: send it over `channel`, keep it until `hold_until`, or end it."""

    state: State
    reason: str | None = None
    hold_until: datetime | None = None
    channel: str | None = None


def judge(
    notification: Notification,
    recipient: Recipient | None,
    occurrence: Occurrence | None,
    *,
    going: bool,
    asked: int = 0,
    now: datetime,
) -> Verdict:
    """Look at what is true now, not at what was when this was planned. `asked`: how often they were, this month."""
    if now >= notification.expires_at:
        return Verdict(State.EXPIRED, "It was too late to be of use.")
    if recipient is None:
        return Verdict(State.SUPPRESSED, UNREACHABLE)
    if notification.challenge_id is not None:
        return _code(notification)
    channel = _channel(notification, recipient)
    refusal = _unreachable(recipient) or _about(notification, occurrence, going=going)
    refusal = refusal or _unwanted(notification, recipient, channel, asked)
    if refusal is not None:
        return Verdict(State.SUPPRESSED, refusal)
    return _kept(notification, recipient, now) or Verdict(State.CLAIMED, channel=channel)


def _channel(notification: Notification, recipient: Recipient) -> str | None:
    """The preferred one of the channels that work, that this may use, and that we have words for."""
    agreed = _agreed(notification, recipient)
    return next((channel for channel in recipient.channels if channel in agreed and channel in WRITTEN_FOR), None)


def _agreed(notification: Notification, recipient: Recipient) -> set[str]:
    """The channels to which they said yes for it, whether those work or not.

    That what somebody joined is called off always reaches them, by any channel to which they said yes for anything.
    """
    agreed = set(recipient.consents.get(notification.kind, ()))
    if notification.rule == "cancelled" and agreed.isdisjoint(set(WRITTEN_FOR) & set(recipient.channels)):
        return {channel for channels in recipient.consents.values() for channel in channels}
    return agreed


def _unreachable(recipient: Recipient) -> str | None:
    if recipient.stopped:
        return "You texted STOP."
    return UNREACHABLE if set(WRITTEN_FOR).isdisjoint(recipient.channels) else None


def _code(notification: Notification) -> Verdict:
    """A code was asked for this minute, over this very channel: that is a yes to it, for this once.

    It may be for an address that is theirs only once they have entered it. Whether that very address said STOP is
    looked at when it is known, as for all.
    """
    if notification.channel not in WRITTEN_FOR:
        return Verdict(State.SUPPRESSED, UNREACHABLE)
    return Verdict(State.CLAIMED, channel=notification.channel)


def _about(notification: Notification, occurrence: Occurrence | None, *, going: bool) -> str | None:
    """Why this is no longer about anything, or None."""
    if notification.occurrence_id is None:
        return None
    off = occurrence is None or occurrence.cancelled
    if notification.rule == "cancelled":
        return None if off else "It is on after all."
    if off:
        return "It was called off."
    if notification.rule in OFFERS:
        return "You are coming already." if going else None
    if notification.rule == NEEDS_COVER:
        return None
    return None if going else "You said you are not coming."


def _unwanted(notification: Notification, recipient: Recipient, channel: str | None, asked: int) -> str | None:
    """Why its recipient does not want it, or None."""
    if channel is None:
        elsewhere = not _agreed(notification, recipient).isdisjoint(recipient.channels)
        return NOT_THERE_YET if elsewhere else NOT_AGREED[Purpose(notification.kind)]
    if notification.kind == Purpose.ASK and not recipient.asks_a_month:
        return "You told us never to ask."
    if notification.kind == Purpose.ASK and asked >= recipient.asks_a_month:
        return "You were asked as often as you like in the last 30 days."
    return None


def _kept(notification: Notification, recipient: Recipient, now: datetime) -> Verdict | None:
    """Until when its recipient wants to hear nothing of the sort; None when it may come now."""
    until, reason = _pause_end(notification, recipient), KEPT_FOR_PAUSE
    if until is None or until <= now:
        until, reason = (
            quiet_until(now, recipient.timezone, recipient.quiet_from, recipient.quiet_until),
            KEPT_FOR_QUIET,
        )
        if until is None or notification.breaks_through:
            return None
    if until >= notification.expires_at:
        what = "pause" if reason == KEPT_FOR_PAUSE else "quiet hours"
        return Verdict(State.EXPIRED, f"Your {what} lasted until it was of no use.")
    return Verdict(State.PLANNED, reason, until)


def _pause_end(notification: Notification, recipient: Recipient) -> datetime | None:
    """When the day begins on which it may come again, in UTC; None when no pause is for the likes of it."""
    if recipient.paused_until is None or notification.kind not in PAUSABLE:
        return None
    return datetime.combine(recipient.paused_until, time(), ZoneInfo(recipient.timezone)).astimezone(UTC)
