"""Add a passkey, show one, or come in with one.

What the device is asked stands in the page; a few lines of script ask it, and a plain form brings the answer.
"""

import json
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Json, ValidationError

from services.web.apis.keys import Asked
from services.web.headers import WITH_SCRIPT
from services.web.member_visit import Me
from services.web.pages.keys import done, show_keys, strengthened
from services.web.visit import Form, Here, Visit
from services.web.words import AWAY, OLD_FORM
from shared.errors import Invalid, ServiceError, TryAgain

NOT_IN = "That passkey did not let you in. Please begin once more, or use a code or your card."

pages = APIRouter(include_in_schema=False)


class Answer(BaseModel):
    """What the device gave back."""

    ceremony: UUID
    credential: Json[dict[str, Any]]


@pages.post("/me/keys/passkey")
async def begin(me: Me) -> Response:
    """Ask for a new one."""

    async def act(_: Form) -> Response:
        asked = await me.apis.keys.begin_passkey(me.token)
        return _ask(me.visit, asked, way="create", action="/me/keys/passkey/made", heading="Add a passkey")

    return await me.press(act, show_keys)


@pages.post("/me/keys/passkey/made")
async def add(me: Me) -> Response:
    """Keep it."""

    async def act(form: Form) -> Response:
        await me.apis.keys.add_passkey(_answer(form), me.token)
        return done(me)

    return await me.press(act, show_keys)


@pages.post("/me/keys/show")
async def ask(me: Me) -> Response:
    """Ask for one they have."""

    async def act(_: Form) -> Response:
        asked = await me.apis.keys.ask_for_passkey(me.token)
        return _ask(me.visit, asked, way="get", action="/me/keys/shown", heading="Show your passkey")

    return await me.press(act, show_keys)


@pages.post("/me/keys/shown")
async def show(me: Me) -> Response:
    """Give this session the powers of its member."""

    async def act(form: Form) -> Response:
        return await strengthened(me, me.apis.keys.show_passkey(_answer(form), me.token))

    return await me.press(act, show_keys)


@pages.post("/in/passkey")
async def ask_anybody(visit: Here) -> Response:
    """Ask whoever wants to come in."""
    form = await visit.form()
    if not form.genuine:
        return visit.page("passkey_refused.html", 403, problem=OLD_FORM)
    try:
        asked = await visit.site.apis.keys.ask_anybody_for_passkey()
    except TryAgain:
        return visit.away("passkey_refused.html", problem=AWAY)
    return _ask(visit, asked, way="get", action="/in/passkey/shown", heading="Come in with a passkey", coming_in=True)


@pages.post("/in/passkey/shown")
async def come_in(visit: Here) -> Response:
    """Let them in, with their powers."""
    form = await visit.form()
    if not form.genuine:
        return visit.page("passkey_refused.html", 403, problem=OLD_FORM)
    try:
        answer = _answer(form) | {"own_device": form.get("own") == "yes"}
        opened = await visit.site.apis.keys.come_in_with_passkey(answer)
    except TryAgain:
        return visit.away("passkey_refused.html", problem=AWAY)
    except ServiceError:
        return visit.page("passkey_refused.html", 422, problem=NOT_IN)
    return await visit.sign_in(opened)


def _ask(visit: Visit, asked: Asked, *, way: str, action: str, heading: str, coming_in: bool = False) -> Response:
    response = visit.page(
        "passkey.html",
        201,
        ceremony=asked.ceremony,
        options=json.dumps(asked.options),
        way=way,
        action=action,
        heading=heading,
        coming_in=coming_in,
    )
    response.headers["Content-Security-Policy"] = WITH_SCRIPT
    return response


def _answer(form: Form) -> dict[str, Any]:
    try:
        return Answer.model_validate(form.typed).model_dump(mode="json")
    except ValidationError as error:
        raise Invalid from error
