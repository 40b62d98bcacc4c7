"""What a member needs to be able to come, and who may know of it."""

from fastapi import APIRouter, Response

from services.web.pages import mine
from services.web.shapes import Need
from services.web.visit import Form, Here, Visit
from shared.errors import Invalid, PreconditionFailed

NEEDS = {
    "step_free": "No steps",
    "quiet_space": "A quiet space",
    "large_print": "Large print",
    "interpreter": "An interpreter",
    "someone_with_me": "Somebody with me",
    "dog": "My dog with me",
    "low_light": "Low light",
    "other": "Something else",
}
LONGEST_WORDS = 200
TOO_LONG = f"That is a bit too long for one of the boxes. Please keep each under {LONGEST_WORDS} letters."

pages = APIRouter(include_in_schema=False)


@pages.get("/me/needs")
async def ask(visit: Here) -> Response:
    """All there is to tick, with what they said."""

    async def page(token: str) -> Response:
        needs, seen = await visit.site.apis.about_me.needs(token)
        return _page(visit, 200, needs, seen=seen)

    return await mine.show(visit, page)


@pages.post("/me/needs")
async def keep(visit: Here) -> Response:
    """Need what is ticked, and nothing else."""
    form = await visit.form()
    needs, api = _needs(form), visit.site.apis.about_me

    async def work(token: str) -> Response:
        if any(len(need.words or "") > LONGEST_WORDS for need in needs):
            raise Invalid(TOO_LONG)
        try:
            await api.say_needs(needs, token, mine.seen_by(form))
        except PreconditionFailed:
            # A form that was sent twice finds its own change.
            if sorted((await api.needs(token))[0], key=_name) != sorted(needs, key=_name):
                raise
        return visit.go("/me?kept=1")

    async def again(status: int, problem: str) -> Response:
        return _page(visit, status, needs, seen=mine.seen_again(form, status), problem=problem)

    return await mine.change(visit, form, work, again=again, words={Invalid.code: TOO_LONG})


def _needs(form: Form) -> list[Need]:
    return [
        Need(
            need=need,
            seen_by="convenors" if form.get(f"{need}.seen_by") == "convenors" else "me",
            words=form.get(f"{need}.words") or None,
        )
        for need in NEEDS
        if form.get(need)
    ]


def _name(need: Need) -> str:
    return need.need


def _page(visit: Visit, status: int, needs: list[Need], *, seen: str, problem: str | None = None) -> Response:
    said = {need.need: need for need in needs}
    return visit.page("my_needs.html", status, choices=NEEDS, said=said, seen=seen, problem=problem)
