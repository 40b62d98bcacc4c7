"""A member's second keys. Who runs a group or works here shows one, beside how they came in, to have their powers."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.web.member_visit import Me, MemberVisit, Refusal
from services.web.visit import Form
from shared.errors import Invalid, NotFound, ServiceError

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
        try:
            await me.apis.keys.show_digits(form.get("digits")[:LONGEST_DIGITS], me.token)
        except ServiceError as error:
            # Pressed twice, the same digits come twice and are refused; what they were for is done.
            if error.code != "digits-refused" or not await is_strong(me):
                raise
        return done(me)

    return await me.press(act, lambda status, refusal: show_keys(me, status, refusal))


@pages.post("/me/keys/remove")
async def remove(me: Me) -> Response:
    """Take a key back."""

    async def act(form: Form) -> Response:
        await _remove(me, form.get("which"))
        return done(me)

    return await me.press(act, lambda status, refusal: show_keys(me, status, refusal))


async def show_keys(me: MemberVisit, status: int = 200, refusal: Refusal | None = None) -> Response:
    """The page, with what was in the way."""
    keys = await me.apis.keys.mine(me.token)
    return me.page("keys.html", status, keys=keys, strong=await is_strong(me), refusal=refusal)


async def is_strong(me: MemberVisit) -> bool:
    """Whether a second key was shown in this session."""
    return any(each.strong for each in await me.apis.sessions(me.token) if each.this_one)


def done(me: MemberVisit) -> Response:
    """Back to the page, with the powers that the session has by now."""
    me.ask_anew()
    return me.visit.go("/me/keys")


async def _remove(me: MemberVisit, which: str) -> None:
    if which == "app":
        await me.apis.keys.remove_app(me.token)
        return
    try:
        await me.apis.keys.remove_passkey(UUID(which), me.token)
    except NotFound:
        return
    except ValueError as error:
        raise Invalid from error
