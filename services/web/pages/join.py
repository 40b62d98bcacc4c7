"""Join a group by an invitation: its code is typed, or stands after the # of its link, which no server sees.

The page says nothing of the group before the group has let somebody in: it is the same for a code that nobody made.
"""

from fastapi import APIRouter, Response

from services.web.headers import WITH_SCRIPT
from services.web.member_visit import MemberVisit, Refusal
from services.web.visit import Form, Here, Visit
from shared.errors import Invalid

LONGEST_CODE = 200
NOTHING = "Please type the code from your invitation first."

pages = APIRouter(include_in_schema=False)


@pages.get("/join")
async def ask(visit: Here) -> Response:
    """Where the code goes; one that was typed before coming in is there already."""
    code = visit.invitation
    if visit.member is not None:
        # It stands in the page by now. The next person at this computer shall not find it.
        visit.forget_invitation()
    return _page(visit, code)


@pages.post("/join")
async def join(visit: Here) -> Response:
    """Come into the group; who is not in yet comes in first, and finds the code again."""
    form = await visit.form()
    if form.genuine and _code(form) and visit.member is None and not visit.unsure:
        visit.keep_invitation(_code(form))
    me = MemberVisit.of(visit)

    async def accept(form: Form) -> Response:
        if not _code(form):
            raise Invalid(NOTHING)
        group = await me.apis.groups.accept(_code(form), me.token)
        visit.forget_invitation()
        me.ask_anew()
        return visit.go(f"/me/groups/{group.id}?done=joined")

    return await me.press(accept, _again, unusable=NOTHING)


def _code(form: Form) -> str:
    return form.get("code")[:LONGEST_CODE]


async def _again(me: MemberVisit, refusal: Refusal) -> Response:
    return _page(me.visit, _code(refusal.form), refusal)


def _page(visit: Visit, code: str, refusal: Refusal | None = None) -> Response:
    response = visit.page("join.html", refusal.status if refusal else 200, code=code, refusal=refusal)
    response.headers["Content-Security-Policy"] = WITH_SCRIPT
    return response
