"""A member's own calendar feed: a new address, shown once to be copied, and an end to it."""

from fastapi import APIRouter, Response

from services.web.member_visit import Me, MemberVisit, Refusal
from services.web.visit import Form

pages = APIRouter(include_in_schema=False)


@pages.get("/me/calendar")
async def show(me: Me) -> Response:
    """Whether there is one, without its address."""
    return await _show(me)


@pages.post("/me/calendar")
async def make(me: Me) -> Response:
    """A new address, in the answer itself and nowhere else."""

    async def act(form: Form) -> Response:
        path = await me.apis.calendar_feed.make(me.token, full_details=form.get("details") == "yes")
        return me.page("new_calendar.html", status=201, address=f"{me.visit.site.public_url}/api/events{path}")

    return await me.press(act, _show)


@pages.post("/me/calendar/end")
async def end(me: Me) -> Response:
    """Let no address show this calendar any more."""

    async def act(_: Form) -> Response:
        await me.apis.calendar_feed.end(me.token)
        return me.visit.go("/me/calendar")

    return await me.press(act, _show)


async def _show(me: MemberVisit, refusal: Refusal | None = None) -> Response:
    return me.page("my_calendar.html", feed=await me.apis.calendar_feed.read(me.token), refusal=refusal)
