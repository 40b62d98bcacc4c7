"""A member's second keys. Who runs a group or works here shows one, beside how they came in, to have their powers."""

from collections.abc import Awaitable
from contextlib import suppress

from fastapi import APIRouter, Response

from services.web.member_visit import KEY_REFUSED, Me, MemberVisit, Refusal
from services.web.visit import Form
from shared.errors import NotFound, ServiceError

LONGEST_DIGITS = 20

pages = APIRouter(include_in_schema=False)


@pages.get("/me/keys")
async def show(me: Me) -> Response:
    """All of them, and whether one was shown in this session."""
    return await show_keys(me)


@pages.post("/me/keys/digits")
async def show_digits(me: Me) -> Response:
    """Show the digits of an app."""

    async def act(form: Form) -> Response:
        return await strengthened(me, me.apis.keys.show_digits(form.get("digits")[:LONGEST_DIGITS], me.token))

    return await me.press(act, show_keys)


@pages.post("/me/keys/remove")
async def remove(me: Me) -> Response:
    """Take a key back."""

    async def act(form: Form) -> Response:
        await _remove(me, form)
        return done(me)

    return await me.press(act, show_keys)


async def show_keys(me: MemberVisit, refusal: Refusal | None = None) -> Response:
    """The page, with what was in the way."""
    keys = await me.apis.keys.mine(me.token)
    here = [each for each in await me.apis.sign_in.sessions(me.token) if each.this_one]
    strong, just_shown = any(each.strong for each in here), any(each.just_shown for each in here)
    return me.page("keys.html", keys=keys, strong=strong, just_shown=just_shown, refusal=refusal)


async def has_just_shown(me: MemberVisit) -> bool:
    """Whether a second key was shown in this session a moment ago."""
    return any(each.just_shown for each in await me.apis.sign_in.sessions(me.token) if each.this_one)


async def strengthened(me: MemberVisit, showing: Awaitable[None]) -> Response:
    """Back to the page, once a key was shown. Pressed twice, it comes twice and is refused; what it is for is done."""
    try:
        await showing
    except ServiceError as error:
        if error.code not in KEY_REFUSED or not await has_just_shown(me):
            raise
    return done(me)


def done(me: MemberVisit) -> Response:
    """Back to the page, with the powers that the session has by now."""
    me.ask_anew()
    return me.visit.go("/me/keys")


async def _remove(me: MemberVisit, form: Form) -> None:
    if form.get("which") == "app":
        await me.apis.keys.remove_app(me.token)
        return
    # Pressed twice, it is gone the second time.
    with suppress(NotFound):
        await me.apis.keys.remove_passkey(form.id_in("which"), me.token)
