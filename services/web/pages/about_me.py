"""About me: what a member is called, likes and speaks, and whether they use the service, each on a small page."""

from typing import Any

from fastapi import APIRouter, Response

from services.web.member_visit import Me, MemberVisit, Refusal
from services.web.pages.access_needs import NEEDS
from services.web.pages.likes import spoken_of
from services.web.visit import Form
from shared.errors import Invalid, PreconditionFailed

USES = {"current": "I use it now", "past": "I used it before"}
UNSAID = "unsaid"
CHOOSE = "Please choose one."

pages = APIRouter(include_in_schema=False)


@pages.get("/me")
async def show(me: Me, kept: str = "") -> Response:
    """All of it, and the ways to change it."""
    api = me.apis.about_me
    (who, _), (likes, _), (needs, _) = await api.me(me.token), await api.likes(me.token), await api.needs(me.token)
    words: dict[str, Any] = {"uses": USES, "need_words": NEEDS, "spoken": spoken_of(likes.languages)}
    return me.page("me.html", kept=bool(kept), me=who, likes=likes, needs=needs, **words)


@pages.get("/me/name")
async def ask_name(me: Me) -> Response:
    """What they are called."""
    return await _ask_name(me)


@pages.post("/me/name")
async def keep_name(me: Me) -> Response:
    """Be called this from the next page on."""
    api = me.apis.about_me

    async def act(form: Form) -> Response:
        name = form.get("name")
        try:
            await api.change_name(name, me.token, form.seen)
        except PreconditionFailed:
            # A form that was sent twice finds its own change.
            if (await api.me(me.token))[0].name != " ".join(name.split()):
                raise
        me.ask_anew()
        return me.visit.go("/me?kept=1")

    return await me.press(act, _ask_name)


@pages.get("/me/experience")
async def ask_experience(me: Me) -> Response:
    """Whether they use the service."""
    return await _ask_experience(me)


@pages.post("/me/experience")
async def keep_experience(me: Me) -> Response:
    """Say so as of today, or take back all that was said."""
    api = me.apis.about_me

    async def act(form: Form) -> Response:
        chosen = form.get("experience")
        if chosen in USES:
            await api.say_experience(chosen, me.token)
        elif chosen == UNSAID:
            await api.unsay_experience(me.token)
        else:
            raise Invalid(CHOOSE)
        return me.visit.go("/me?kept=1")

    return await me.press(act, _ask_experience, unusable=CHOOSE)


async def _ask_name(me: MemberVisit, refusal: Refusal | None = None) -> Response:
    if refusal is not None:
        return me.page("my_name.html", refusal=refusal, name=refusal.form.get("name"), seen=refusal.seen)
    who, seen = await me.apis.about_me.me(me.token)
    return me.page("my_name.html", name=who.name, seen=seen)


async def _ask_experience(me: MemberVisit, refusal: Refusal | None = None) -> Response:
    if refusal is not None:
        chosen = refusal.form.get("experience")
    else:
        said = (await me.apis.about_me.me(me.token))[0].experience
        chosen = said.experience if said else ""
    return me.page("my_experience.html", refusal=refusal, chosen=chosen, uses=USES)
