"""Leave for good: everything the forum holds on a member is erased, once they have said that they are sure."""

from fastapi import APIRouter, Response

from services.web.member_visit import Me, MemberVisit, Refusal
from services.web.pages.leave import FORGET_US
from services.web.visit import Form, Here, Visit
from shared.errors import Invalid, NotFound, Unauthenticated

MAYBE_DONE = (
    "If you pressed twice, it is done: we erase all that is yours. If you were signed out before, come in and "
    "press once more."
)
NOT_SURE = "Nothing was erased. If you are sure, tick the box first."

pages = APIRouter(include_in_schema=False)


@pages.get("/me/end")
async def ask(me: Me) -> Response:
    """What happens, and the button."""
    return await _ask(me)


@pages.post("/me/end")
async def end(visit: Here) -> Response:
    """Do it, and have the browser forget us too."""
    if visit.member is None and not visit.unsure and (await visit.form()).genuine:
        return _not_in_any_more(visit)
    me = MemberVisit.of(visit)

    async def act(form: Form) -> Response:
        if not form.get("sure"):
            raise Invalid(NOT_SURE)
        try:
            await me.apis.record.erase(me.token)
        except (Unauthenticated, NotFound):
            return _not_in_any_more(visit)
        me.ask_anew()
        visit.sign_out()
        return visit.go("/gone", {"Clear-Site-Data": FORGET_US})

    return await me.press(act, _ask, unusable=NOT_SURE)


@pages.get("/gone")
async def gone(visit: Here) -> Response:
    """A last page."""
    return visit.page("gone.html")


def _not_in_any_more(visit: Visit) -> Response:
    """For who pressed twice, and the first time did it; and for who was signed out meanwhile."""
    visit.sign_out()
    return visit.page("problem.html", 409, title="Leave for good", heading="You are not in any more", what=MAYBE_DONE)


async def _ask(me: MemberVisit, refusal: Refusal | None = None) -> Response:
    return me.page("end.html", refusal=refusal)
