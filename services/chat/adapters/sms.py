"""Texts over Twilio: its signature, its form, and the XML it wants back."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from twilio.request_validator import RequestValidator

from services.chat.use_cases import Text
from shared.errors import Forbidden, Invalid

PROVIDER = "twilio"
CHANNEL = "sms"
PATH = "/chat/sms"
LONGEST_ID = 64
LONGEST_SENDER = 32
LONGEST_WORDS = 5000
# What makes Twilio bring a text again after a 503; see docs/running.md.
OVERRIDES = "#rc=3&rp=all"
# What Twilio takes for STOP all by itself, and confirms. From then on it lets no text of ours through.
ITS_OWN_STOPS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"})


class Webhook:
    """Where Twilio calls us, and the secret it signs with."""

    def __init__(self, public_url: str, auth_token: str) -> None:
        self._validator = RequestValidator(auth_token) if auth_token else None
        address = urlsplit(public_url.rstrip("/") + PATH)
        # A gateway in front may speak https to the world and be known to Twilio by either; and whether it signs the
        # overrides behind the address with it is not written anywhere.
        plain = [address._replace(scheme=scheme).geturl() for scheme in ("https", "http")]
        self._urls = [url + more for more in ("", OVERRIDES) for url in plain]

    def check(self, form: Mapping[str, Any], signature: str) -> None:
        """Raise Forbidden unless Twilio signed this. Without a secret nobody can have."""
        validator = self._validator
        if validator is None or not any(validator.validate(url, form, signature) for url in self._urls):
            raise Forbidden("This is not signed as texts from our provider are.")


def text_of(form: Mapping[str, Any]) -> Text:
    """The text in a signed form; raises Invalid when it has no sender or no id."""
    message_id, sender = str(form.get("MessageSid", "")), str(form.get("From", ""))
    if not 0 < len(message_id) <= LONGEST_ID or not 0 < len(sender) <= LONGEST_SENDER:
        raise Invalid("A text needs a MessageSid and a From.")
    # With its own opt-out Twilio says what it took the text for, and has answered it.
    taken_for = str(form.get("OptOutType", ""))
    words = (taken_for or str(form.get("Body", ""))).replace("\0", "")[:LONGEST_WORDS]
    answered = bool(taken_for) or words.strip().upper() in ITS_OWN_STOPS
    return Text(PROVIDER, CHANNEL, message_id, sender, words, answered=answered)


def twiml(words: str) -> str:
    """What Twilio should do: send these words, or nothing."""
    message = f"<Message>{escape(words)}</Message>" if words else ""
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{message}</Response>'
