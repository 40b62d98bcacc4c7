"""Come in: by a code that is sent, by a link, or by a paper card.

Opening a page lets nobody in. What a link or a card's square says stands after the #, which no server sees: a few lines
of script put it into a form, and a button sends it.
"""

import re
from typing import Any

from fastapi import APIRouter, Response

from services.web.headers import WITH_SCRIPT
from services.web.visit import Form, Here, Visit
from services.web.words import OLD_FORM
from shared.errors import ServiceError, TryAgain

LONGEST_ADDRESS = 254
LONGEST_SHOWN = 200
# static/in.js takes the very same after the #.
SHOWN = re.compile(r"(card|[0-9a-f]{32})\.([\w-]{1,100})")

NOT_NOW = "We could not let you in just now. It is not you. Please press the button once more."
NOT_SENT = "We could not send a code just now. It is not you. Please try again in a minute."
NOTHING = "Please fill in the box first."
WRONG = "That did not let you in. Look at it once more, or ask for a new code. A paper card works too."
NO_CODE = "Ask for a code first. It works in the browser where you ask, for 10 minutes."

pages = APIRouter(include_in_schema=False)


@pages.get("/in")
async def ask(visit: Here) -> Response:
    """The ways in."""
    return _ask(visit)


@pages.post("/in/code")
async def send_code(visit: Here) -> Response:
    """Have a code sent. What is shown then does not tell whether anybody has the address."""
    form = await visit.form()
    address = form.get("address")[:LONGEST_ADDRESS]
    if not form.genuine:
        return _ask(visit, 403, OLD_FORM)
    if not address:
        return _ask(visit, 422, NOTHING)
    channel = "email" if "@" in address else "sms"
    try:
        visit.hold(await visit.site.apis.sign_in.ask_for_code(channel, address, visit.asker()))
    except ServiceError:
        return _ask(visit, 503, NOT_SENT)
    return visit.go("/in/code")


@pages.get("/in/code")
async def ask_for_code(visit: Here) -> Response:
    """Where the code goes."""
    return _ask_for_code(visit) if visit.challenge else visit.go("/in")


@pages.post("/in")
async def come_in(visit: Here) -> Response:
    """Let them in with whatever they show."""
    form = await visit.form()
    again = _ask_for_code if "code" in form.typed else _ask
    if not form.genuine:
        return again(visit, 403, OLD_FORM)
    shown = _shown(visit, form)
    if isinstance(shown, str):
        return again(visit, 422, shown)
    try:
        opened = await visit.site.sign_ins.open(
            shown | {"own_device": form.get("own") == "yes", "asker": visit.asker()}
        )
    except TryAgain:
        return again(visit, 503, NOT_NOW)
    except ServiceError:
        return again(visit, 422, WRONG)
    if "lost_phone" in shown:
        visit.site.sign_ins.forget_member(opened.member.id)
    return await visit.sign_in(opened)


def _shown(visit: Visit, form: Form) -> dict[str, Any] | str:
    """What members is shown; or what to say to who showed nothing of use."""
    code, words = form.get("code"), form.get("words")[:LONGEST_SHOWN]
    lost: dict[str, Any] = {"lost_phone": True} if form.get("lost") else {}
    if "code" in form.typed:
        if visit.challenge is None:
            return NO_CODE
        return visit.challenge | {"code": code[:LONGEST_SHOWN]} if code else NOTHING
    if "words" in form.typed:
        return {"words": words} | lost if words else NOTHING
    found = SHOWN.fullmatch(form.get("shown"))
    if found is None:
        return WRONG
    first, second = found.groups()
    return {"card": second} | lost if first == "card" else {"challenge": first, "token": second}


def _ask(visit: Visit, status: int = 200, problem: str | None = None) -> Response:
    response = visit.page("come_in.html", status, problem=problem, invited=visit.invitation)
    response.headers["Content-Security-Policy"] = WITH_SCRIPT
    return response


def _ask_for_code(visit: Visit, status: int = 200, problem: str | None = None) -> Response:
    return visit.page("code.html", status, problem=problem)
