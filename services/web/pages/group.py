"""One group, for who is in it: invitations to make, who asks to join, and what is decided by vote."""

import re
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from services.web.apis.groups import Asking, Motion
from services.web.member_visit import Me, MemberVisit, Refusal
from services.web.pages.groups import DONE as DONE_TO_GROUPS
from services.web.visit import Form
from shared.errors import Forbidden, Invalid

ROLES = ("member", "guest")
# One to a hundred.
PEOPLE = re.compile(r"[1-9][0-9]?|100")
DECIDED_SHOWN = 5
DONE = DONE_TO_GROUPS | {
    "answered": "Your answer is kept.",
    "raised": "The group votes on it now, for seven days.",
    "voted": "Your vote is kept. You can change it while the voting is open.",
    "taken": "That invitation lets nobody in any more.",
}
UNUSABLE = "Something is missing or too much. Please look at it again."
RAISED = ("elect", "stand_down")

pages = APIRouter(prefix="/me/groups/{group_id}", include_in_schema=False)


@pages.get("")
async def show(me: Me, group_id: UUID, done: str = "") -> Response:
    """All there is to do in it; `done` is set after something was."""
    return await _show(me, group_id, done=DONE.get(done))


@pages.post("/invitations")
async def invite(me: Me, group_id: UUID) -> Response:
    """Make an invitation and show its code, this once."""

    async def act(form: Form) -> Response:
        role, uses = form.get("role"), form.get("uses")
        if role not in ROLES or not PEOPLE.fullmatch(uses):
            raise Invalid(UNUSABLE)
        made = await me.apis.groups.invite(group_id, {"role": role, "uses": int(uses)}, me.token)
        return me.page("invitation.html", status=201, made=made, group_id=group_id)

    return await _press(me, group_id, act)


@pages.post("/invitations/end")
async def take_back_invitation(me: Me, group_id: UUID) -> Response:
    """Let an invitation let nobody in any more."""

    async def act(form: Form) -> Response:
        await me.apis.groups.take_back_invitation(group_id, form.id_in("which"), me.token)
        return me.visit.go(f"/me/groups/{group_id}?done=taken")

    return await _press(me, group_id, act)


@pages.post("/requests")
async def answer_request(me: Me, group_id: UUID) -> Response:
    """Let somebody in who asks, or not."""

    async def act(form: Form) -> Response:
        admit, asking = _yes_or_no(form)
        await me.apis.groups.answer_request(group_id, asking, admit=admit, token=me.token)
        return me.visit.go(f"/me/groups/{group_id}?done=answered")

    return await _press(me, group_id, act)


@pages.post("/motions")
async def raise_motion(me: Me, group_id: UUID) -> Response:
    """Have the group vote on whether somebody becomes a convenor, or is one no more."""

    async def act(form: Form) -> Response:
        kind = next((kind for kind in RAISED if form.get(kind)), None)
        if kind is None:
            raise Invalid(UNUSABLE)
        await me.apis.groups.raise_motion(group_id, kind, form.id_in(kind), me.token)
        return me.visit.go(f"/me/groups/{group_id}?done=raised")

    return await _press(me, group_id, act)


@pages.post("/votes")
async def vote(me: Me, group_id: UUID) -> Response:
    """Say yes or no to what the group decides."""

    async def act(form: Form) -> Response:
        yes, motion = _yes_or_no(form)
        await me.apis.groups.vote(group_id, motion, yes=yes, token=me.token)
        return me.visit.go(f"/me/groups/{group_id}?done=voted")

    return await _press(me, group_id, act)


def _yes_or_no(form: Form) -> tuple[bool, UUID]:
    """Which of two buttons was pressed, and what for."""
    yes = bool(form.get("yes"))
    return yes, form.id_in("yes" if yes else "no")


async def _press(me: MemberVisit, group_id: UUID, act: Callable[[Form], Awaitable[Response]]) -> Response:
    async def again(me: MemberVisit, refusal: Refusal) -> Response:
        return await _show(me, group_id, refusal)

    return await me.press(act, again, unusable=UNUSABLE)


async def _show(
    me: MemberVisit, group_id: UUID, refusal: Refusal | None = None, *, done: str | None = None
) -> Response:
    invited = {"role": "", "uses": "1"}
    if refusal is not None:
        invited = {"role": refusal.form.get("role"), "uses": refusal.form.get("uses") or "1"}
    return me.page("group.html", refusal=refusal, done=done, invited=invited, **await _facts(me, group_id))


async def _facts(me: MemberVisit, group_id: UUID) -> dict[str, Any]:
    """What somebody may see of a group; guests and strangers see its name and the way in or out."""
    api = me.apis.groups
    group, (who, _) = await api.group(group_id, me.token), await me.apis.about_me.me(me.token)
    role = next((each.role for each in who.groups if each.id == group_id), None)
    facts: dict[str, Any] = {"group": group, "role": role, "asked": set()}
    if role is None:
        return facts | {"asked": await api.asked(me.token)}
    if role == "guest":
        return facts
    people, motions = await api.people(group_id, me.token), await api.motions(group_id, me.token)
    still_open = [motion for motion in motions if motion.state == "open"]
    decided = [motion for motion in motions if motion.state != "open"][:DECIDED_SHOWN]
    asking = await _asking(me, group_id, still_open) if role == "convenor" else []
    facts |= {"people": people.items, "open": still_open, "decided": decided, "asking": asking}
    return facts | {"invitations": await api.invitations(group_id, me.token)}


async def _asking(me: MemberVisit, group_id: UUID, still_open: list[Motion]) -> list[Asking] | None:
    """Who waits for a convenor's word and not for votes; None for a convenor who showed no second factor."""
    try:
        asking = await me.apis.groups.asking(group_id, me.token)
    except Forbidden:
        return None
    voted_on = {motion.about_member for motion in still_open if motion.kind == "admit"}
    return [each for each in asking if each.member_id not in voted_on]
