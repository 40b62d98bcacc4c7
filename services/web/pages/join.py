"""Join a group by an invitation: its code is typed, or stands after the # of its link, which no server sees.

The page says nothing of the group before the group has let them in: it is the same for a code that nobody made.
"""

from fastapi import APIRouter, Response

from services.web.headers import WITH_SCRIPT
from services.web.pages import mine
from services.web.visit import Here, Visit
from shared.errors import Invalid

LONGEST_CODE = 200
NOTHING = "Please type the code from your invitation first."
REFUSED = (
    "That code does not open anything. Look at its letters again. If they are right, ask for a new one. "
    "After ten wrong codes, wait an hour."
)

pages = APIRouter(include_in_schema=False)


@pages.get("/join")
async def ask(visit: Here) -> Response:
    """Where the code goes; one that was typed before coming in is there already."""
    return _page(visit, visit.invitation)


@pages.post("/join")
async def join(visit: Here) -> Response:
    """Come into the group; who is not in yet comes in first, and finds the code again."""
    form = await visit.form()
    code = form.get("code")[:LONGEST_CODE]

    async def again(status: int, problem: str) -> Response:
        return _page(visit, code, status, problem)

    async def accept(token: str) -> Response:
        if not code:
            raise Invalid(NOTHING)
        group = await visit.site.apis.groups.accept(code, token)
        visit.forget_invitation()
        visit.look_anew()
        return visit.go(f"/me/groups/{group.id}?done=joined")

    if form.genuine and code and visit.member is None and not visit.unsure:
        visit.keep_invitation(code)
    words = {Invalid.code: NOTHING, "invitation-refused": REFUSED}
    return await mine.change(visit, form, accept, again=again, words=words)


def _page(visit: Visit, code: str, status: int = 200, problem: str | None = None) -> Response:
    response = visit.page("join.html", status, code=code, problem=problem)
    response.headers["Content-Security-Policy"] = WITH_SCRIPT
    return response
