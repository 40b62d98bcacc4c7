"""What reaches a member, in their own hands: which messages, by which way, and when not."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Response

from services.web.pages.words import AWAY, OLD_FORM
from services.web.shapes import Choices
from services.web.visit import Form, Here, Visit
from shared.errors import Invalid, TryAgain

MESSAGES = {"sms": "By text", "email": "By email"}
NOT_TAKEN = "We could not take this. A pause ends within a year, and asks are from 0 to 31. Please look again."

pages = APIRouter(include_in_schema=False)


@pages.get("/me/choices")
async def show(visit: Here) -> Response:
    """All of it."""
    return await _show(visit)


@pages.post("/me/choices")
async def change(visit: Here) -> Response:
    """Keep what is ticked and typed."""
    form = await visit.form()
    if visit.member is None:
        return visit.go("/in")
    if not form.genuine:
        return await _show(visit, 403, OLD_FORM)
    apis, token = visit.site.apis, visit.member.token
    try:
        await apis.change_choices(_edit(form), token)
        answers = _answers(form, await apis.choices(token))
        if answers:
            await apis.say_consents(answers, token)
    except TryAgain:
        return await _show(visit, 503, AWAY)
    except Invalid:
        return await _show(visit, 422, NOT_TAKEN)
    return visit.go("/me/choices")


def _edit(form: Form) -> Mapping[str, Any]:
    typed = {name: form.get(name) for name in ("quiet_from", "quiet_until", "asks_a_month")}
    return {name: value for name, value in typed.items() if value} | {"paused_until": form.get("paused_until") or None}


def _answers(form: Form, choices: Choices) -> list[Mapping[str, Any]]:
    """What is another answer than before. The others are not said again: a STOP stays what START can undo."""
    return [
        {"purpose": purpose, "channel": channel, "given": not given, "wording": choices.wording}
        for purpose, agreed in choices.consents.items()
        for channel in choices.channels
        if (given := channel in agreed) != bool(form.get(f"{purpose}.{channel}"))
    ]


async def _show(visit: Visit, status: int = 200, problem: str | None = None) -> Response:
    if visit.member is None and not visit.unsure:
        return visit.go("/in")
    title = "What we send you"
    try:
        choices = await visit.site.apis.choices(visit.member.token) if visit.member else None
        words = await visit.site.apis.wording(choices.wording) if choices else {}
    except TryAgain:
        choices = None
    if choices is None:
        return visit.away("problem.html", title=title, heading="This page is away for a moment", what=AWAY)
    return visit.page("choices.html", status, choices=choices, words=words, problem=problem, messages=MESSAGES)
