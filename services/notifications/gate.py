"""The last-moment gate: may this leave, now? Every «no» has a reason that its recipient can read."""

from dataclasses import dataclass
from datetime import datetime

from services.notifications.models import Notification, Occurrence, Recipient, State
from services.notifications.quiet_hours import quiet_until


@dataclass(frozen=True)
class Verdict:
    """What to do with a notification: send it (`state` is claimed), keep it until `hold_until`, or end it."""

    state: State
    reason: str | None = None
    hold_until: datetime | None = None


SEND = Verdict(State.CLAIMED)


def judge(
    notification: Notification,
    recipient: Recipient | None,
    occurrence: Occurrence | None,
    *,
    going: bool,
    now: datetime,
) -> Verdict:
    """Look at what is true now, not at what was when this was planned."""
    if now >= notification.expires_at:
        return Verdict(State.EXPIRED, "It was too late to be of use.")
    if recipient is not None and recipient.stopped:
        return Verdict(State.SUPPRESSED, "You texted STOP.")
    if recipient is None or not recipient.channels:
        return Verdict(State.SUPPRESSED, "We have no way to reach you that works.")
    about = _about(notification, occurrence, going=going)
    if about:
        return Verdict(State.SUPPRESSED, about)
    return _quiet(notification, recipient, now)


def _about(notification: Notification, occurrence: Occurrence | None, *, going: bool) -> str | None:
    """Why this is no longer about anything, or None."""
    if notification.occurrence_id is None:
        return None
    off = occurrence is None or occurrence.cancelled
    if notification.rule == "cancelled":
        return None if off else "It is on after all."
    if off:
        return "It was called off."
    return None if going else "You said you are not coming."


def _quiet(notification: Notification, recipient: Recipient, now: datetime) -> Verdict:
    until = quiet_until(now, recipient.timezone, recipient.quiet_from, recipient.quiet_until)
    if until is None or notification.breaks_through:
        return SEND
    if until >= notification.expires_at:
        return Verdict(State.EXPIRED, "Your quiet hours lasted until it was of no use.")
    return Verdict(State.PLANNED, "Kept until your quiet hours end.", until)
