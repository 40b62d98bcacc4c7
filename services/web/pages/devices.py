"""Where a member is signed in, and an end to it."""

from fastapi import APIRouter, Response

from services.web.member_visit import Me, MemberVisit, Refusal
from services.web.visit import Form

pages = APIRouter(include_in_schema=False)


@pages.get("/me/sessions")
async def show(me: Me) -> Response:
    """All of them."""
    return await _show(me)


@pages.post("/me/sessions")
async def end(me: Me) -> Response:
    """End one, or all but this one; at once, in the pages that this process shows."""

    async def act(form: Form) -> Response:
        if form.get("end") == "others":
            await me.apis.sign_in.end_other_sessions(me.token)
        else:
            await me.apis.sign_in.end_one_session(form.id_in("end"), me.token)
        me.ask_anew()
        return me.visit.go("/me/sessions")

    return await me.press(act, _show)


async def _show(me: MemberVisit, refusal: Refusal | None = None) -> Response:
    return me.page("devices.html", refusal=refusal, sessions=await me.apis.sign_in.sessions(me.token))
