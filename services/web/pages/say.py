"""Say something, good, bad or ugly, without a name; and read the answer."""

import re
from typing import get_args
from uuid import uuid4

from fastapi import APIRouter, Response

from services.web.apis.remarks import Mood
from services.web.visit import Form, Here, Visit
from services.web.words import OLD_FORM
from shared.errors import NotFound, ServiceError, TryAgain

LONGEST_REMARK = 5000
RECEIPT_DIGITS = 16
MOODS: tuple[Mood, ...] = get_args(Mood)
KEY = re.compile(r"[0-9a-f]{32}")

NOTHING = "The box is empty. Write a few words, then send."
TOO_LONG = "That is a bit too long for the box. Please make it shorter, or send it in two parts."
NOT_KEPT = "We could not keep your words just now. It is not you. They are still in the box. Please send them again."
NOT_TAKEN = "We could not take this. Please look at your words again."
UNKNOWN = "We do not know that number. Please check it, digit by digit."
NOT_READ = "We could not look just now. It is not you. Please try again in a minute."

pages = APIRouter(include_in_schema=False)


@pages.get("/say")
async def ask(visit: Here) -> Response:
    """The box."""
    return visit.page("say.html", text="", mood="", key=uuid4().hex, problem=None)


@pages.post("/say")
async def keep(visit: Here) -> Response:
    """Keep what was said and show the receipt, this once."""
    form = await visit.form()
    text, mood = form.get("text"), _mood(form)
    if not form.genuine:
        return _again(visit, form, 403, OLD_FORM)
    if not text:
        return _again(visit, form, 422, NOTHING)
    if len(text) > LONGEST_REMARK:
        return _again(visit, form, 422, TOO_LONG)
    try:
        receipt = await visit.site.apis.remarks.keep(text, mood, _key(form))
    except TryAgain:
        return _again(visit, form, 503, NOT_KEPT)
    except ServiceError:
        return _again(visit, form, 422, NOT_TAKEN)
    return visit.page("said.html", 201, receipt=receipt)


@pages.get("/say/answer")
async def ask_for_number(visit: Here) -> Response:
    """Where the number goes."""
    return visit.page("answer.html", typed="", problem=None, remark=None)


@pages.post("/say/answer")
async def read(visit: Here) -> Response:
    """What was said, and what was answered."""
    form = await visit.form()
    typed = form.get("number")[:LONGEST_REMARK]
    digits = "".join(each for each in typed if each in "0123456789")
    if not form.genuine:
        return visit.page("answer.html", 403, typed=typed, problem=OLD_FORM, remark=None)
    if len(digits) != RECEIPT_DIGITS:
        problem = f"The number has {RECEIPT_DIGITS} digits. You wrote {len(digits)}. Please check it."
        return visit.page("answer.html", 422, typed=typed, problem=problem, remark=None)
    try:
        remark = await visit.site.apis.remarks.find(digits)
    except TryAgain:
        return visit.away("answer.html", typed=typed, problem=NOT_READ, remark=None)
    except NotFound:
        return visit.page("answer.html", 404, typed=typed, problem=UNKNOWN, remark=None)
    return visit.page("answer.html", typed=typed, problem=None, remark=remark)


def _again(visit: Visit, form: Form, status: int, problem: str) -> Response:
    """The box, with the words still in it."""
    return visit.page("say.html", status, text=form.get("text"), mood=form.get("mood"), key=_key(form), problem=problem)


def _mood(form: Form) -> Mood | None:
    return next((mood for mood in MOODS if mood == form.get("mood")), None)


def _key(form: Form) -> str:
    """What marks one remark however often its form is sent. It is random, and says nothing of who wrote it."""
    key = form.get("key")
    return key if KEY.fullmatch(key) else uuid4().hex
