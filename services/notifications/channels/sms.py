"""Texts, by Twilio's REST API and its own library."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from services.notifications.parcels import Outcome, Parcel, Result

SECONDS_TO_ANSWER = 10
OPTED_OUT = 21610
DEAD = (21211, 21214, 21217, 21612, 21614)
TOO_MANY = 429
SERVER_ERROR = 500
LATEST = 50
CLOCKS_DIFFER = timedelta(minutes=2)


class OtherHost(TwilioHttpClient):
    """Twilio's own client, speaking to another host of the same API: a region, a proxy, or the simulator."""

    def __init__(self, api_url: str | None) -> None:
        super().__init__(timeout=SECONDS_TO_ANSWER)
        self._to = urlsplit(api_url) if api_url else None

    # The library itself names this argument in two ways, in the class and in its parent.
    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:  # type: ignore[override]
        """Send a request there."""
        if self._to:
            url = urlunsplit(urlsplit(url)._replace(scheme=self._to.scheme, netloc=self._to.netloc))
        return super().request(method, url, *args, **kwargs)


class Sms:
    """Sends from one number; `callback_url` is where the provider tells what became of each text."""

    name = "sms"

    def __init__(self, account: str, token: str, sender: str, callback_url: str, api_url: str | None = None) -> None:
        self._sender = sender
        self._callback_url = callback_url
        self._client = Client(account, token, http_client=OtherHost(api_url))

    def send(self, parcels: Sequence[Parcel]) -> list[Result]:
        """One request a text: the provider takes no batches."""
        return [self._send(parcel) for parcel in parcels]

    def look_up(self, parcel: Parcel, since: datetime, /) -> Result | None:
        """Ask for the texts to this number since then; ours is the one with these words."""
        try:
            sent = self._client.messages.list(to=parcel.address, limit=LATEST)
        except (TwilioException, requests.RequestException):
            return None
        for message in sent:
            # By when it was made: one that waits to be sent has no date of sending yet.
            made = message.date_created
            if made and made >= since - CLOCKS_DIFFER and message.body == parcel.words.text:
                return Result(parcel.reference, Outcome.ACCEPTED, provider_id=message.sid)
        return Result(parcel.reference, Outcome.RETRY, error="not-sent")

    def close(self) -> None:
        """The library keeps a session, which ends with the process."""

    def _send(self, parcel: Parcel) -> Result:
        try:
            message = self._client.messages.create(
                to=parcel.address,
                from_=self._sender,
                body=parcel.words.text,
                status_callback=f"{self._callback_url}?reference={parcel.reference}",
            )
        except TwilioRestException as error:
            return Result(parcel.reference, _refusal(error), error=str(error.code or error.status))
        except requests.exceptions.ConnectTimeout:
            return Result(parcel.reference, Outcome.RETRY, error="no-connection")
        except requests.ConnectionError as error:
            # Refused before anything was written, or broken after: only the first is safe to repeat.
            never_left = "NewConnectionError" in repr(error)
            outcome = Outcome.RETRY if never_left else Outcome.AMBIGUOUS
            return Result(parcel.reference, outcome, error="connection")
        except (TwilioException, requests.RequestException) as error:
            return Result(parcel.reference, Outcome.AMBIGUOUS, error=type(error).__name__)
        return Result(parcel.reference, Outcome.ACCEPTED, provider_id=message.sid)


def _refusal(error: TwilioRestException) -> Outcome:
    if error.code == OPTED_OUT:
        return Outcome.STOPPED
    if error.code in DEAD:
        return Outcome.DEAD
    if error.status == TOO_MANY:
        return Outcome.RETRY
    # A 5xx can come after the text was taken.
    return Outcome.AMBIGUOUS if error.status >= SERVER_ERROR else Outcome.REFUSED
