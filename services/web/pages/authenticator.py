"""Add an authenticator app: scan a square or type its letters, then show the first digits."""

from fastapi import APIRouter, Response

from services.web.apis.keys import AppSecret
from services.web.member_visit import Me, MemberVisit, Refusal
from services.web.pages.keys import LONGEST_DIGITS, done, show_keys
from services.web.squares import square
from services.web.visit import Form
from shared.errors import ServiceError

pages = APIRouter(include_in_schema=False)


@pages.post("/me/keys/app")
async def begin(me: Me) -> Response:
    """Show what the app has to know, this once."""

    async def act(_: Form) -> Response:
        return await _ask(me, secret=await me.apis.keys.begin_app(me.token))

    return await me.press(act, show_keys)


@pages.get("/me/keys/app")
async def ask(me: Me) -> Response:
    """Where the first digits go, for an app that knows it."""
    return await _ask(me)


@pages.post("/me/keys/app/digits")
async def confirm(me: Me) -> Response:
    """Let the app count."""

    async def act(form: Form) -> Response:
        try:
            await me.apis.keys.confirm_app(form.get("digits")[:LONGEST_DIGITS], me.token)
        except ServiceError as error:
            # Pressed twice, the same digits come twice and are refused; the app counts already.
            if error.code != "digits-refused" or not (await me.apis.keys.mine(me.token)).authenticator_since:
                raise
        return done(me)

    return await me.press(act, _ask)


async def _ask(me: MemberVisit, refusal: Refusal | None = None, *, secret: AppSecret | None = None) -> Response:
    status, picture = (201, square(secret.uri)) if secret else (200, None)
    return me.page("authenticator.html", status=status, secret=secret, square=picture, refusal=refusal)
