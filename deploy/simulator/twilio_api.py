"""Twilio's REST API for messages, as far as its SDK can tell."""

import binascii
import re
import secrets
from base64 import b64decode
from itertools import islice
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response

from deploy.simulator.hang_up import HangUp
from deploy.simulator.message_lists import Wanted
from deploy.simulator.phones import is_number
from deploy.simulator.settings import SimulatorSettings
from deploy.simulator.simulator import Sim, Simulator
from deploy.simulator.twilio_shapes import LONGEST, VERSION, TwilioError, message_json

SERVICE = re.compile(r"MG[0-9a-fA-F]{32}")


def signed_in(account: str, request: Request, sim: Sim) -> str:
    """HTTP basic authentication with the account's id and token."""
    expected = f"{sim.settings.account_sid}:{sim.settings.auth_token.get_secret_value()}"
    given = _credentials(request.headers.get("Authorization", ""))
    if not secrets.compare_digest(given, expected.encode()) or account != sim.settings.account_sid:
        raise TwilioError(401, 20003, "Authenticate")
    return account


Account = Annotated[str, Depends(signed_in)]
router = APIRouter(prefix=f"/{VERSION}/Accounts/{{account}}", include_in_schema=False)


@router.post("/Messages.json")
async def create_message(account: Account, request: Request, sim: Sim) -> Response:
    """Send a text. Faults that refuse come before it is accepted, those that leave the caller in doubt after."""
    if sim.luck.strikes("sms", "error_429"):
        raise TwilioError(429, 20429, "Too Many Requests")
    if sim.luck.strikes("sms", "error_5xx"):
        raise TwilioError(503, 20503, "Service Unavailable")
    form = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    to, body = form.get("To", ""), _body(form)
    _check_numbers(sim.settings, to, form)
    _check_text(sim, to, body, form)
    text = sim.carrier.accept(to, body, form.get("MessagingServiceSid"), form.get("StatusCallback"))
    answer = message_json(text, account)
    await sim.luck.delay("sms")
    if sim.luck.strikes("sms", "accept_then_die"):
        text.trouble.append("accept_then_die")
        return _die(sim)
    return JSONResponse(answer, status_code=201)


@router.get("/Messages.json")
async def list_messages(account: Account, request: Request, sim: Sim) -> dict[str, object]:
    """The messages sent and received, newest first, a page at a time."""
    wanted = Wanted.read(request.query_params)
    texts = (text for text in sim.store.newest_texts() if wanted.matches(text))
    return wanted.page(list(islice(texts, wanted.reach)), account, request.url.path)


@router.get("/Messages/{sid}.json")
async def fetch_message(account: Account, sid: str, request: Request, sim: Sim) -> dict[str, object]:
    text = sim.store.text(sid)
    if text is None:
        raise TwilioError(404, 20404, f"The requested resource {request.url.path} was not found")
    return message_json(text, account)


def _credentials(header: str) -> bytes:
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "basic":
        return b""
    try:
        return b64decode(value, validate=True)
    except binascii.Error:
        return b""


def _body(form: dict[str, str]) -> str:
    """The words to send. A content template lives with Twilio, so all we can show of one is its name and values."""
    body = form.get("Body", "")
    if not body and (template := form.get("ContentSid")):
        return f"[{template}] {form.get('ContentVariables', '')}".strip()
    return body


def _check_numbers(settings: SimulatorSettings, to: str, form: dict[str, str]) -> None:
    sender, service = form.get("From", ""), form.get("MessagingServiceSid", "")
    if not to:
        raise TwilioError(400, 21604, "A 'To' phone number is required.")
    if not sender and not service:
        raise TwilioError(400, 21603, "A 'From' phone number is required.")
    if service and not SERVICE.fullmatch(service):
        raise TwilioError(400, 21701, "The Messaging Service does not exist.")
    if not is_number(to):
        raise TwilioError(400, 21211, f"Invalid 'To' Phone Number: {to}")
    if sender and sender != settings.sms_from:
        raise TwilioError(400, 21606, f"The From phone number {sender} is not a number of this account.")
    if to == settings.sms_from:
        raise TwilioError(400, 21266, "'To' and 'From' number cannot be the same")


def _check_text(sim: Simulator, to: str, body: str, form: dict[str, str]) -> None:
    if not body:
        raise TwilioError(400, 21602, "Message body is required.")
    if len(body) > LONGEST:
        raise TwilioError(400, 21617, f"The concatenated message body exceeds the {LONGEST} character limit.")
    if (callback := form.get("StatusCallback")) and not _is_url(callback):
        raise TwilioError(400, 21609, f"The StatusCallback URL {callback} is not a valid URL.")
    if to in sim.carrier.opt_outs.numbers:
        raise TwilioError(400, 21610, "Attempt to send to unsubscribed recipient")


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _die(sim: Simulator) -> Response:
    """Either no answer at all or one that says something broke; the caller cannot know that the text went out."""
    if sim.luck.throw() < 1 / 2:
        return HangUp()
    broken = TwilioError(500, 20500, "Internal Server Error")
    return JSONResponse(broken.body, status_code=broken.status)
