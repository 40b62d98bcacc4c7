"""What reaches a member, in their own hands: which messages, by which way, and when not."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Response

from services.web.apis.choices import Choices
from services.web.member_visit import Me, MemberVisit, Refusal
from services.web.visit import Form

MESSAGES = {"sms": "By text", "email": "By email"}
TYPED = ("quiet_from", "quiet_until", "paused_until", "asks_a_month")
NOT_TAKEN = "We could not take this. A pause ends within a year, and asks are from 0 to 31. Please look again."

pages = APIRouter(include_in_schema=False)


@pages.get("/me/choices")
async def show(me: Me, kept: str = "") -> Response:
    """All of it; `kept` is set after a change."""
    return await _show(me, kept=bool(kept))


@pages.post("/me/choices")
async def change(me: Me) -> Response:
    """Keep what is ticked and typed."""

    async def act(form: Form) -> Response:
        api = me.apis.choices
        await api.change(_edit(form), me.token)
        answers = _answers(form, await api.mine(me.token))
        if answers:
            await api.say_consents(answers, me.token)
        return me.visit.go("/me/choices?kept=1")

    return await me.press(act, _show, unusable=NOT_TAKEN)


def _edit(form: Form) -> Mapping[str, Any]:
    typed = {name: form.get(name) or None for name in TYPED}
    return {name: value for name, value in typed.items() if value or name == "paused_until"}


def _answers(form: Form, choices: Choices) -> list[Mapping[str, Any]]:
    """What is another answer than before. The others are not said again: a STOP stays what START can undo."""
    return [
        {"purpose": purpose, "channel": channel, "given": not given, "wording": choices.wording}
        for purpose, agreed in choices.consents.items()
        for channel in choices.channels
        if (given := channel in agreed) != bool(form.get(f"{purpose}.{channel}"))
    ]


async def _show(me: MemberVisit, refusal: Refusal | None = None, *, kept: bool = False) -> Response:
    choices = await me.apis.choices.mine(me.token)
    words = await me.apis.choices.wording(choices.wording)
    facts: dict[str, Any] = {"choices": choices, "words": words, "messages": MESSAGES, "kept": kept}
    return me.page("choices.html", refusal=refusal, **facts, **_filled_in(choices, refusal))


def _filled_in(choices: Choices, refusal: Refusal | None) -> dict[str, Any]:
    """What the form holds: what is so, or after a refusal what was ticked and typed."""
    if refusal is not None:
        return {"ticked": refusal.form.typed.keys(), "typed": {name: refusal.form.get(name) for name in TYPED}}
    ticked = {f"{purpose}.{channel}" for purpose, agreed in choices.consents.items() for channel in agreed}
    quiet = {name: f"{getattr(choices, name):%H:%M}" for name in ("quiet_from", "quiet_until")}
    return {"ticked": ticked, "typed": quiet | choices.model_dump(include={"paused_until", "asks_a_month"})}
