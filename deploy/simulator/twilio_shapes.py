"""Twilio's JSON, forms and errors, as its API and its webhooks have them."""

from datetime import UTC, datetime
from email.utils import format_datetime
from uuid import uuid4

from deploy.simulator import segments
from deploy.simulator.phones import OptOutType
from deploy.simulator.store import Text

VERSION = "2010-04-01"
LONGEST = 1600
ERROR_WORDS = {30003: "Unreachable destination handset"}


class TwilioError(Exception):
    """A refusal in Twilio's shape: a status, a code that its SDK raises, and words."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message

    @property
    def body(self) -> dict[str, object]:
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }


def new_sid() -> str:
    return f"SM{uuid4().hex}"


def uri_of(account: str, sid: str) -> str:
    return f"/{VERSION}/Accounts/{account}/Messages/{sid}.json"


def message_json(text: Text, account: str) -> dict[str, object]:
    """A message as the API shows it. The network's automatic answers are replies there."""
    uri = uri_of(account, text.sid)
    return {
        "account_sid": account,
        "api_version": VERSION,
        "body": text.body,
        "date_created": _date(text.created),
        "date_sent": _date(text.sent),
        "date_updated": _date(text.updated or text.created),
        "direction": "outbound-reply" if text.direction == "automatic" else text.direction,
        "error_code": text.error_code,
        "error_message": None if text.error_code is None else ERROR_WORDS[text.error_code],
        "from": text.sender,
        "messaging_service_sid": text.service_sid,
        "num_media": "0",
        # Until a service has chosen its sender there is nothing to count, says Twilio.
        "num_segments": "0" if text.state == "accepted" else str(segments.count(text.body)),
        "price": None,
        "price_unit": "USD",
        "sid": text.sid,
        "status": text.state,
        "subresource_uris": {"media": uri.removesuffix(".json") + "/Media.json"},
        "to": text.to,
        "uri": uri,
    }


def receipt_form(text: Text, account: str, state: str, now: datetime) -> dict[str, str]:
    """The form of one status callback."""
    form = {
        "AccountSid": account,
        "ApiVersion": VERSION,
        "From": text.sender,
        "MessageSid": text.sid,
        "MessageStatus": state,
        "SmsSid": text.sid,
        "SmsStatus": state,
        "To": text.to,
    }
    if text.service_sid:
        form["MessagingServiceSid"] = text.service_sid
    if state in {"delivered", "undelivered"}:
        # The network's own time, to the minute and without a zone: good for nothing, and sent all the same.
        form["RawDlrDoneDate"] = now.astimezone(UTC).strftime("%y%m%d%H%M")
    if state == "undelivered" and text.error_code is not None:
        form["ErrorCode"] = str(text.error_code)
    return form


def inbound_form(text: Text, account: str, kind: OptOutType | None) -> dict[str, str]:
    """The form of a text from a phone. Twilio sends the places it does not know as empty fields, and signs them."""
    form = {
        "AccountSid": account,
        "ApiVersion": VERSION,
        "Body": text.body,
        "From": text.sender,
        "FromCity": "",
        "FromState": "",
        "FromZip": "",
        "MessageSid": text.sid,
        "NumMedia": "0",
        "NumSegments": str(segments.count(text.body)),
        "SmsMessageSid": text.sid,
        "SmsSid": text.sid,
        "SmsStatus": "received",
        "To": text.to,
        "ToCity": "",
        "ToState": "",
        "ToZip": "",
    }
    if kind is not None:
        form["OptOutType"] = kind
    return form


def _date(moment: datetime | None) -> str | None:
    return None if moment is None else format_datetime(moment.astimezone(UTC))
