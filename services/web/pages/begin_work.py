"""A new worker comes in, with the secret that the office made for them, and goes on to add their second key."""

from fastapi import APIRouter, Response

from services.web.visit import Here, Visit
from services.web.words import OLD_FORM
from shared.errors import ServiceError, TryAgain

LONGEST_SECRET = 200
NOTHING = "Please fill in the box first."
NOT_NOW = "We could not let you in just now. It is not you. Please press the button once more."
WRONG = (
    "That did not let you in. It works once, and for one day. Look at it once more, or ask the office for a new one."
)

pages = APIRouter(include_in_schema=False)


@pages.get("/in/worker")
async def ask(visit: Here) -> Response:
    """Where the secret goes."""
    return _ask(visit)


@pages.post("/in/worker")
async def come_in(visit: Here) -> Response:
    """Let them in for it, once."""
    form = await visit.form()
    secret = form.get("secret")[:LONGEST_SECRET]
    if not form.genuine:
        return _ask(visit, 403, OLD_FORM)
    if not secret:
        return _ask(visit, 422, NOTHING)
    try:
        opened = await visit.site.apis.keys.begin_work(secret, own_device=form.get("own") == "yes")
    except TryAgain:
        return _ask(visit, 503, NOT_NOW)
    except ServiceError:
        return _ask(visit, 422, WRONG)
    return await visit.sign_in(opened, then="/me/keys")


def _ask(visit: Visit, status: int = 200, problem: str | None = None) -> Response:
    return visit.page("begin_work.html", status, problem=problem)
