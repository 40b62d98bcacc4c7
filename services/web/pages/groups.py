"""The groups of a member and those they could join: in, out, or asking, with one button."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Response

from services.web.member_visit import Me, MemberVisit, Refusal
from services.web.visit import Form
from shared.errors import Invalid

LONGEST_CURSOR = 400
DONE = {
    "joined": "You are in. Welcome.",
    "left": "You have left. Thank you for your time in the group.",
    "asked": "We told the group that you would like to join.",
    "unasked": "You ask no more. That is fine.",
}
NO_BUTTON = "Please press one of the buttons."

pages = APIRouter(include_in_schema=False)


@pages.get("/me/groups")
async def show(me: Me, done: str = "", after: str = "") -> Response:
    """All that the member may know of; `done` is set after a button."""
    return await _show(me, after=after[:LONGEST_CURSOR] or None, done=DONE.get(done))


@pages.post("/me/groups")
async def press(me: Me) -> Response:
    """Do what the button says, at once."""

    async def act(form: Form) -> Response:
        name, done, do = _pressed(me, form)
        await do(form.id_in(name), me.token)
        me.ask_anew()
        return me.visit.go(f"/me/groups?done={done}")

    return await me.press(act, _show, unusable=NO_BUTTON)


def _pressed(me: MemberVisit, form: Form) -> tuple[str, str, Callable[..., Awaitable[None]]]:
    """The button, what it is called once it is done, and how to do it."""
    groups = me.apis.groups
    buttons = {
        "join": ("joined", groups.join),
        "leave": ("left", groups.leave),
        "ask": ("asked", groups.ask_to_join),
        "unask": ("unasked", groups.ask_no_more),
    }
    for name, (done, do) in buttons.items():
        if form.get(name):
            return name, done, do
    raise Invalid(NO_BUTTON)


async def _show(
    me: MemberVisit, refusal: Refusal | None = None, *, after: str | None = None, done: str | None = None
) -> Response:
    who, _ = await me.apis.about_me.me(me.token)
    listed, asked = await me.apis.groups.listed(me.token, after), await me.apis.groups.asked(me.token)
    mine = {group.id for group in who.groups}
    others = [group for group in listed.items if group.id not in mine]
    facts: dict[str, Any] = {"my_groups": who.groups, "others": others, "asked": asked, "more": listed.next}
    return me.page("groups.html", refusal=refusal, done=done, **facts)
