"""About me: what a member is called, likes and speaks, and whether they use the service, each on a small page."""

from typing import Any

from fastapi import APIRouter, Response

from services.web.pages import mine
from services.web.pages.access_needs import NEEDS
from services.web.pages.likes import spoken_of
from services.web.visit import Here
from shared.errors import Invalid, PreconditionFailed

USES = {"current": "I use it now", "past": "I used it before"}
UNSAID = "unsaid"
LONGEST_NAME = 80
NAME_TOO_LONG = f"That is too long. A name has {LONGEST_NAME} letters at most. Please make it shorter."
CHOOSE = "Please choose one."

pages = APIRouter(include_in_schema=False)


@pages.get("/me")
async def show(visit: Here, kept: str = "") -> Response:
    """All of it, and the ways to change it."""

    async def page(token: str) -> Response:
        api = visit.site.apis.about_me
        (me, _), (likes, _), (needs, _) = await api.me(token), await api.likes(token), await api.needs(token)
        facts: dict[str, Any] = {"me": me, "likes": likes, "needs": needs, "spoken": spoken_of(likes.languages)}
        return visit.page("me.html", kept=bool(kept), uses=USES, need_words=NEEDS, zone=visit.site.zone, **facts)

    return await mine.show(visit, page)


@pages.get("/me/name")
async def ask_name(visit: Here) -> Response:
    """What they are called."""

    async def page(token: str) -> Response:
        me, seen = await visit.site.apis.about_me.me(token)
        return visit.page("my_name.html", name=me.name, seen=seen, problem=None)

    return await mine.show(visit, page)


@pages.post("/me/name")
async def keep_name(visit: Here) -> Response:
    """Be called this from the next page on."""
    form = await visit.form()
    name, api = form.get("name"), visit.site.apis.about_me

    async def keep(token: str) -> Response:
        try:
            await api.change_name(name, token, mine.seen_by(form))
        except PreconditionFailed:
            # A form that was sent twice finds its own change.
            if (await api.me(token))[0].name != " ".join(name.split()):
                raise
        visit.look_anew()
        return visit.go("/me?kept=1")

    async def again(status: int, problem: str) -> Response:
        return visit.page("my_name.html", status, name=name, seen=mine.seen_again(form, status), problem=problem)

    return await mine.change(visit, form, keep, again=again, words={"unusable-name": NAME_TOO_LONG})


@pages.get("/me/experience")
async def ask_experience(visit: Here) -> Response:
    """Whether they use the service."""

    async def page(token: str) -> Response:
        said = (await visit.site.apis.about_me.me(token))[0].experience
        return visit.page("my_experience.html", chosen=said.experience if said else "", uses=USES, problem=None)

    return await mine.show(visit, page)


@pages.post("/me/experience")
async def keep_experience(visit: Here) -> Response:
    """Say so as of today, or take back all that was said."""
    form = await visit.form()
    chosen, api = form.get("experience"), visit.site.apis.about_me

    async def keep(token: str) -> Response:
        if chosen in USES:
            await api.say_experience(chosen, token)
        elif chosen == UNSAID:
            await api.unsay_experience(token)
        else:
            raise Invalid(CHOOSE)
        return visit.go("/me?kept=1")

    async def again(status: int, problem: str) -> Response:
        return visit.page("my_experience.html", status, chosen=chosen, uses=USES, problem=problem)

    return await mine.change(visit, form, keep, again=again, words={Invalid.code: CHOOSE})
