"""A member's paper cards: a new one, shown once to be printed or written down, and an end to all of them."""

from fastapi import APIRouter, Response

from services.web.member_visit import Me, MemberVisit, Refusal
from services.web.squares import square
from services.web.visit import Form

pages = APIRouter(include_in_schema=False)


@pages.get("/me/cards")
async def show(me: Me) -> Response:
    """Those that let them in, without what is on them."""
    return await _show(me)


@pages.post("/me/cards")
async def make(me: Me) -> Response:
    """A new one, in the answer itself and nowhere else."""

    async def act(_: Form) -> Response:
        card = await me.apis.record.make_card(me.token)
        return me.page("new_card.html", status=201, words=card.words, square=square(card.link))

    return await me.press(act, _show)


@pages.post("/me/cards/end")
async def end(me: Me) -> Response:
    """Let no card let them in any more."""

    async def act(_: Form) -> Response:
        await me.apis.record.end_cards(me.token)
        return me.visit.go("/me/cards")

    return await me.press(act, _show)


async def _show(me: MemberVisit, refusal: Refusal | None = None) -> Response:
    return me.page("cards.html", cards=await me.apis.record.cards(me.token), refusal=refusal)
