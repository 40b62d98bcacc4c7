"""One group, for who is in it: invitations to make, who asks to join, and what is decided by vote."""

import re
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from services.web.pages import mine
from services.web.pages.groups import DONE as DONE_TO_GROUPS
from services.web.shapes import Asking, Motion
from services.web.visit import Form, Here, Visit
from shared.errors import Forbidden, Invalid

ROLES = ("member", "guest")
# One to a hundred.
PEOPLE = re.compile(r"[1-9][0-9]?|100")
DECIDED_SHOWN = 5
DONE = DONE_TO_GROUPS | {
    "answered": "Your answer is kept.",
    "raised": "The group votes on it now, for seven days.",
    "voted": "Your vote is kept. You can change it while the voting is open.",
}
REFUSALS = {
    Invalid.code: "Something is missing or too much. Please look at it again.",
    "convenors-only": "Only convenors can do this, once they have shown their second key.",
    "of-this-group-only": "This is for members of the group.",
    "no-such-request": "They ask no more, or somebody answered already.",
    "decided-by-vote": "The group votes on this. Say what you think by your vote.",
    "no-such-motion": "We cannot find that vote.",
    "motion-unusable": "The group cannot vote on that now.",
    "motion-open": "The group is voting on this already. Say what you think by your vote.",
    "motion-decided": "The voting is over. You see below how it ended.",
}
RAISED = ("elect", "stand_down")

pages = APIRouter(prefix="/me/groups/{group_id}", include_in_schema=False)


@pages.get("")
async def show(visit: Here, group_id: UUID, done: str = "") -> Response:
    """All there is to do in it; `done` is set after something was."""
    return await _show(visit, group_id, done=DONE.get(done))


@pages.post("/invitations")
async def invite(visit: Here, group_id: UUID) -> Response:
    """Make an invitation and show its code, this once."""

    async def work(form: Form, token: str) -> Response:
        role, uses = form.get("role"), form.get("uses")
        if role not in ROLES or not PEOPLE.fullmatch(uses):
            raise Invalid
        made = await visit.site.apis.groups.invite(group_id, {"role": role, "uses": int(uses)}, token)
        return visit.page("invitation.html", 201, made=made, group_id=group_id, zone=visit.site.zone)

    return await _change(visit, group_id, work)


@pages.post("/requests")
async def answer_request(visit: Here, group_id: UUID) -> Response:
    """Let somebody in who asks, or not."""

    async def work(form: Form, token: str) -> Response:
        admit, asking = _yes_or_no(form)
        await visit.site.apis.groups.answer_request(group_id, asking, admit=admit, token=token)
        return visit.go(f"/me/groups/{group_id}?done=answered")

    return await _change(visit, group_id, work)


@pages.post("/motions")
async def raise_motion(visit: Here, group_id: UUID) -> Response:
    """Have the group vote on whether somebody becomes a convenor, or is one no more."""

    async def work(form: Form, token: str) -> Response:
        kind = next((kind for kind in RAISED if form.get(kind)), None)
        if kind is None:
            raise Invalid
        await visit.site.apis.groups.raise_motion(group_id, kind, mine.id_in(form, kind), token)
        return visit.go(f"/me/groups/{group_id}?done=raised")

    return await _change(visit, group_id, work)


@pages.post("/votes")
async def vote(visit: Here, group_id: UUID) -> Response:
    """Say yes or no to what the group decides."""

    async def work(form: Form, token: str) -> Response:
        yes, motion = _yes_or_no(form)
        await visit.site.apis.groups.vote(group_id, motion, yes=yes, token=token)
        return visit.go(f"/me/groups/{group_id}?done=voted")

    return await _change(visit, group_id, work)


def _yes_or_no(form: Form) -> tuple[bool, UUID]:
    """Which of two buttons was pressed, and what for."""
    yes = bool(form.get("yes"))
    return yes, mine.id_in(form, "yes" if yes else "no")


async def _change(visit: Visit, group_id: UUID, work: Callable[[Form, str], Awaitable[Response]]) -> Response:
    form = await visit.form()

    async def again(status: int, problem: str) -> Response:
        return await _show(visit, group_id, status, problem, typed=form)

    return await mine.change(visit, form, lambda token: work(form, token), again=again, words=REFUSALS)


async def _show(
    visit: Visit,
    group_id: UUID,
    status: int = 200,
    problem: str | None = None,
    *,
    typed: Form | None = None,
    done: str | None = None,
) -> Response:
    invited = {"role": typed.get("role") if typed else "", "uses": (typed.get("uses") if typed else "") or "1"}

    async def page(token: str) -> Response:
        facts = await _facts(visit, group_id, token)
        return visit.page(
            "group.html", status, problem=problem, done=done, invited=invited, zone=visit.site.zone, **facts
        )

    return await mine.show(visit, page, typed)


async def _facts(visit: Visit, group_id: UUID, token: str) -> dict[str, Any]:
    """What somebody may see of a group; guests and strangers see its name and the way in or out."""
    api = visit.site.apis.groups
    group, (me, _) = await api.group(group_id, token), await visit.site.apis.about_me.me(token)
    role = next((each.role for each in me.groups if each.id == group_id), None)
    facts: dict[str, Any] = {"group": group, "role": role, "asked": set()}
    if role is None:
        return facts | {"asked": await api.asked(token)}
    if role == "guest":
        return facts
    people, motions = await api.people(group_id, token), await api.motions(group_id, token)
    still_open = [motion for motion in motions if motion.state == "open"]
    decided = [motion for motion in motions if motion.state != "open"][-DECIDED_SHOWN:]
    asking = await _asking(visit, group_id, token, still_open) if role == "convenor" else []
    return facts | {"people": people.items, "open": still_open, "decided": decided, "asking": asking}


async def _asking(visit: Visit, group_id: UUID, token: str, still_open: list[Motion]) -> list[Asking] | None:
    """Who waits for a convenor's word and not for votes; None for a convenor who showed no second factor."""
    try:
        asking = await visit.site.apis.groups.asking(group_id, token)
    except Forbidden:
        return None
    voted_on = {motion.about_member for motion in still_open if motion.kind == "admit"}
    return [each for each in asking if each.member_id not in voted_on]
