"""A member takes a copy of all that is held on them. It is put together when they ask for it, and kept nowhere."""

from fastapi import APIRouter, Response

from services.web.member_visit import Me, MemberVisit, Refusal
from services.web.visit import Form
from shared.export_file import zip_of

FILE = {"Content-Disposition": 'attachment; filename="what-we-hold-on-you.zip"'}

pages = APIRouter(include_in_schema=False)


@pages.get("/me/export")
async def show(me: Me) -> Response:
    """What is in it, and the button."""
    return await _show(me)


@pages.post("/me/export")
async def take(me: Me) -> Response:
    """The file, in the answer itself. There is none with a part missing."""

    async def act(_: Form) -> Response:
        told = await me.apis.record.exports(me.token)
        file = Response(zip_of(told, me.visit.site.today()), headers=FILE, media_type="application/zip")
        return me.visit.finish(file)

    return await me.press(act, _show)


async def _show(me: MemberVisit, refusal: Refusal | None = None) -> Response:
    return me.page("export.html", refusal=refusal)
