"""The audit trail in plain words, for the member it is about."""

from collections.abc import Collection
from datetime import datetime

DONE = {
    "looked": "looked at your {what}",
    "address-added": "added your {what}",
    "address-confirmed": "confirmed your {what}",
    "address-removed": "removed your {what}",
    "card-issued": "made a new card in your name",
    "cards-ended": "ended your cards, and where they had let anybody in",
    "phone-lost": "said that your phone was lost",
    "passkey-added": "added a passkey",
    "passkey-removed": "took back a passkey",
    "authenticator-added": "set up an authenticator app",
    "authenticator-removed": "took back your authenticator app",
    "second-factors-dropped": "took back all your passkeys and your authenticator app",
    "helped": "helped you",
    "merged": "joined two records of yours into one",
    "exported": "took a copy of all you told us",
    "erased": "erased all you told us",
}
WHATS = {
    "sms": "phone number",
    "whatsapp": "WhatsApp number",
    "email": "email address",
    "telegram": "Telegram chat",
    "push": "device",
}


def sentence(who: str, action: str, channels: Collection[str], reason: str, at: datetime) -> str:
    """What was done: «Notifications looked at your phone number to send a reminder, 3 November.» `at` is local."""
    whats = [word for channel, word in WHATS.items() if channel in channels]
    what = " and ".join(whats) or "record"
    done = DONE.get(action, action).format(what=what)
    words = " ".join(filter(None, (who, done, reason)))
    return f"{words[:1].upper()}{words[1:]}, {at.day} {at:%B}."
