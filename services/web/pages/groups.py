"""The groups of a member and those they could join: in, out, or asking, with one button."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from fastapi import APIRouter, Response

from services.web.pages import mine
from services.web.visit import Form, Here, Visit
from shared.errors import Invalid

LONGEST_CURSOR = 400
DONE = {
    "joined": "You are in. Welcome.",
    "left": "You have left. Thank you for your time in the group.",
    "asked": "We told the group that you would like to join.",
    "unasked": "You ask no more. That is fine.",
}
REFUSALS = {
    Invalid.code: "Please press one of the buttons.",
    "no-such-group": "We cannot find that group. It may be gone.",
    "not-open-to-all": "This group says who joins. You can ask to join it.",
    "open-to-all": "You need not ask. This group is open to everybody: join it.",
}

pages = APIRouter(include_in_schema=False)


@pages.get("/me/groups")
async def show(visit: Here, done: str = "", after: str = "") -> Response:
    """All that the member may know of; `done` is set after a button."""
    return await _show(visit, after=after[:LONGEST_CURSOR] or None, done=DONE.get(done))


@pages.post("/me/groups")
async def press(visit: Here) -> Response:
    """Do what the button says, at once."""
    form = await visit.form()

    async def work(token: str) -> Response:
        done, do, group_id = _pressed(visit, form)
        await do(group_id, token)
        visit.look_anew()
        return visit.go(f"/me/groups?done={done}")

    async def again(status: int, problem: str) -> Response:
        return await _show(visit, status, problem, form=form)

    return await mine.change(visit, form, work, again=again, words=REFUSALS)


def _pressed(visit: Visit, form: Form) -> tuple[str, Callable[[UUID, str], Awaitable[None]], UUID]:
    """What was pressed, by what it is called once it is done, and for which group."""
    groups = visit.site.apis.groups
    buttons = {
        "join": ("joined", groups.join),
        "leave": ("left", groups.leave),
        "ask": ("asked", groups.ask_to_join),
        "unask": ("unasked", groups.ask_no_more),
    }
    for name, (done, do) in buttons.items():
        if form.get(name):
            return done, do, mine.id_in(form, name)
    raise Invalid


async def _show(
    visit: Visit,
    status: int = 200,
    problem: str | None = None,
    *,
    after: str | None = None,
    done: str | None = None,
    form: Form | None = None,
) -> Response:
    async def page(token: str) -> Response:
        apis = visit.site.apis
        me, _ = await apis.about_me.me(token)
        listed, asked = await apis.groups.listed(token, after), await apis.groups.asked(token)
        mine_too = {group.id for group in me.groups}
        others = [group for group in listed.items if group.id not in mine_too]
        facts = {"my_groups": me.groups, "others": others, "asked": asked, "more": listed.next}
        return visit.page("groups.html", status, problem=problem, done=done, **facts)

    return await mine.show(visit, page, form)
