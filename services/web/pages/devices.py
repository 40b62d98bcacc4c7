"""Where a member is signed in, and an end to it."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.web.pages.words import AWAY, OLD_FORM
from services.web.visit import Here, Visit
from shared.errors import TryAgain

pages = APIRouter(include_in_schema=False)


@pages.get("/me/sessions")
async def show(visit: Here) -> Response:
    """All of them."""
    return await _show(visit)


@pages.post("/me/sessions")
async def end(visit: Here) -> Response:
    """End one, or all but this one; at once, in the pages that this process shows."""
    form = await visit.form()
    if visit.member is None:
        return visit.go("/in")
    if not form.genuine:
        return await _show(visit, 403, OLD_FORM)
    try:
        await _end(visit, form.get("end"), visit.member.token)
    except TryAgain:
        return await _show(visit, 503, AWAY)
    visit.site.sign_ins.forget_member(visit.member.id)
    return visit.go("/me/sessions")


async def _end(visit: Visit, which: str, token: str) -> None:
    if which == "others":
        await visit.site.apis.end_other_sessions(token)
        return
    try:
        session_id = UUID(which)
    except ValueError:
        return
    await visit.site.apis.end_one_session(session_id, token)


async def _show(visit: Visit, status: int = 200, problem: str | None = None) -> Response:
    if visit.member is None and not visit.unsure:
        return visit.go("/in")
    try:
        sessions = await visit.site.apis.sessions(visit.member.token) if visit.member else None
    except TryAgain:
        sessions = None
    if sessions is None:
        return visit.away("problem.html", title="Where you are in", heading="This page is away for a moment", what=AWAY)
    return visit.page("devices.html", status, sessions=sessions, problem=problem, zone=visit.site.zone)
