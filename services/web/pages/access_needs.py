"""What a member needs to be able to come, and who may know of it."""

from fastapi import APIRouter, Response

from services.web.apis.about_me import Need
from services.web.member_visit import Me, MemberVisit, Refusal
from services.web.visit import Form
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
async def ask(me: Me) -> Response:
    """All there is to tick, with what they said."""
    return await _ask(me)


@pages.post("/me/needs")
async def keep(me: Me) -> Response:
    """Need what is ticked, and nothing else."""
    api = me.apis.about_me

    async def act(form: Form) -> Response:
        needs = _needs(form)
        if any(len(need.words or "") > LONGEST_WORDS for need in needs):
            raise Invalid(TOO_LONG)
        try:
            await api.say_needs(needs, me.token, form.seen)
        except PreconditionFailed:
            # A form that was sent twice finds its own change.
            if sorted((await api.needs(me.token))[0], key=_name) != sorted(needs, key=_name):
                raise
        return me.visit.go("/me?kept=1")

    return await me.press(act, _ask, unusable=TOO_LONG)


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


async def _ask(me: MemberVisit, refusal: Refusal | None = None) -> Response:
    if refusal is not None:
        needs, seen = _needs(refusal.form), refusal.seen
    else:
        needs, seen = await me.apis.about_me.needs(me.token)
    said = {need.need: need for need in needs}
    return me.page("my_needs.html", refusal=refusal, choices=NEEDS, said=said, seen=seen)
