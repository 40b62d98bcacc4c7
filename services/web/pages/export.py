"""A member takes a copy of all that is held on them. It is put together when they ask for it, and kept nowhere."""

from fastapi import APIRouter, Response

from services.web.pages.words import AWAY, OLD_FORM
from services.web.visit import Here, Visit
from shared.errors import TryAgain
from shared.export_file import zip_of

FILE = {"Content-Disposition": 'attachment; filename="what-we-hold-on-you.zip"'}

pages = APIRouter(include_in_schema=False)


@pages.get("/me/export")
async def show(visit: Here) -> Response:
    """What is in it, and the button."""
    if visit.unsure:
        return visit.away("problem.html", title="A copy", heading="This page is away for a moment", what=AWAY)
    return _show(visit)


@pages.post("/me/export")
async def take(visit: Here) -> Response:
    """The file, in the answer itself. There is none with a part missing."""
    form = await visit.form()
    if visit.member is None:
        return visit.go("/in")
    if not form.genuine:
        return _show(visit, 403, OLD_FORM)
    try:
        told = await visit.site.apis.exports(visit.member.token)
    except TryAgain:
        return _show(visit, 503, AWAY)
    file = Response(zip_of(told, visit.site.today()), headers=FILE, media_type="application/zip")
    return visit.finish(file)


def _show(visit: Visit, status: int = 200, problem: str | None = None) -> Response:
    if visit.member is None:
        return visit.go("/in")
    return visit.page("export.html", status, problem=problem)
