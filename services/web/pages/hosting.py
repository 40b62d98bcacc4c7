"""What a member runs, and was asked to run: yes, or no without a reason."""

from fastapi import APIRouter, Response

from services.web.member_visit import Me, MemberVisit, Refusal
from services.web.visit import Form

DONE = {
    "yes": "You run it together now. Thank you.",
    "no": "That is fine. Nobody asks why.",
}
NO_BUTTON = "Please press one of the buttons."

pages = APIRouter(include_in_schema=False)


@pages.get("/me/hosting")
async def show(me: Me, done: str = "") -> Response:
    """All of it; `done` is set after a button."""
    return await _show(me, done=DONE.get(done))


@pages.post("/me/hosting")
async def press(me: Me) -> Response:
    """Do what the button says, at once."""

    async def act(form: Form) -> Response:
        said = "yes" if form.get("yes") else "no"
        await me.apis.programme.answer_hosting(form.id_in(said), me.token, agrees=said == "yes")
        return me.visit.go(f"/me/hosting?done={said}")

    return await me.press(act, _show, unusable=NO_BUTTON)


async def _show(me: MemberVisit, refusal: Refusal | None = None, *, done: str | None = None) -> Response:
    hosted = await me.apis.programme.hosting(me.token)
    return me.page("hosting.html", refusal=refusal, done=done, hosted=hosted)
