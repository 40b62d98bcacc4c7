"""The personal link. Opening it changes nothing, because phones open links by themselves to show a preview."""

import re

from fastapi import APIRouter, Response

from services.web.visit import Here, Visit
from services.web.words import OLD_FORM
from shared.errors import ServiceError, TryAgain

CODE = re.compile(r"[A-Za-z0-9._~-]{1,200}")
CHOICES = {"yes", "no"}
NOT_IN = "We could not let you in just now. It is not you. Your link still works. Please press the button once more."
CHOOSE = "Please press one of the two buttons."
OLD_LINK = "Links stop working after 30 days. Please ask a host for a new one."

pages = APIRouter(include_in_schema=False)


@pages.get("/h/{code}")
async def ask(visit: Here, code: str) -> Response:
    """Ask whose phone this is; whether the link is good is looked at when a button is pressed."""
    return _ask(visit, code) if CODE.fullmatch(code) else _old_link(visit)


@pages.post("/h/{code}")
async def sign_in(visit: Here, code: str) -> Response:
    """Let them in, for a month on their own phone and until the browser closes on a shared one."""
    if not CODE.fullmatch(code):
        return _old_link(visit)
    form = await visit.form()
    choice = form.get("own")
    if not form.genuine:
        return _ask(visit, code, 403, OLD_FORM)
    if choice not in CHOICES:
        return _ask(visit, code, 422, CHOOSE)
    try:
        opened = await visit.site.sign_ins.open({"link": code, "own_device": choice == "yes"})
    except TryAgain:
        return _ask(visit, code, 503, NOT_IN)
    except ServiceError:
        return _old_link(visit)
    return await visit.sign_in(opened)


def _ask(visit: Visit, code: str, status: int = 200, problem: str | None = None) -> Response:
    return visit.page("hello.html", status, code=code, problem=problem)


def _old_link(visit: Visit) -> Response:
    return visit.page("problem.html", 404, title="Hello", heading="This link does not work any more", what=OLD_LINK)
