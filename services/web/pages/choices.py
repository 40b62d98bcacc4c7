"""What reaches a member, in their own hands: which messages, by which way, and when not."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Response

from services.web.pages import mine
from services.web.shapes import Choices
from services.web.visit import Form, Here, Visit
from shared.errors import Invalid

MESSAGES = {"sms": "By text", "email": "By email"}
NOT_TAKEN = "We could not take this. A pause ends within a year, and asks are from 0 to 31. Please look again."

pages = APIRouter(include_in_schema=False)


@pages.get("/me/choices")
async def show(visit: Here, kept: str = "") -> Response:
    """All of it; `kept` is set after a change."""
    return await _show(visit, kept=bool(kept))


@pages.post("/me/choices")
async def change(visit: Here) -> Response:
    """Keep what is ticked and typed."""
    form = await visit.form()

    async def keep(token: str) -> Response:
        apis = visit.site.apis
        await apis.change_choices(_edit(form), token)
        answers = _answers(form, await apis.choices(token))
        if answers:
            await apis.say_consents(answers, token)
        return visit.go("/me/choices?kept=1")

    async def again(status: int, problem: str) -> Response:
        return await _show(visit, status, problem, form=form)

    words = {Invalid.code: NOT_TAKEN, "choice-unusable": NOT_TAKEN}
    return await mine.change(visit, form, keep, again=again, words=words)


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


async def _show(
    visit: Visit,
    status: int = 200,
    problem: str | None = None,
    *,
    kept: bool = False,
    form: Form | None = None,
) -> Response:
    async def page(token: str) -> Response:
        choices = await visit.site.apis.choices(token)
        words = await visit.site.apis.wording(choices.wording)
        facts: dict[str, Any] = {"choices": choices, "words": words, "messages": MESSAGES, "kept": kept}
        return visit.page("choices.html", status, problem=problem, **facts)

    return await mine.show(visit, page, form)
