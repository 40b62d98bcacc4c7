"""The way of every page that is a member's own: read with their token, changed by a form that only they can send."""

import re
from collections.abc import Awaitable, Callable, Mapping
from uuid import UUID

from fastapi import Response

from services.web.pages.words import AWAY, OLD_FORM
from services.web.visit import Form, Visit
from shared.errors import Invalid, PreconditionFailed, ServiceError, TryAgain, Unauthenticated
from shared.web.errors import status_of

CHANGED = (
    "This was changed meanwhile, here or elsewhere, and we did not keep what is below. "
    "To have it as it is below, press the button again."
)
NOT_TAKEN = "We could not take this. Please look at it again."
VERSION = re.compile(r'"\d{1,20}"')

# The same page again, with what was typed: of a status, with what is in the way.
type Again = Callable[[int, str], Awaitable[Response]]


async def show(visit: Visit, page: Callable[[str], Awaitable[Response]], form: Form | None = None) -> Response:
    """A page made of what a member's token reads; who is not in is shown the way.

    When nothing can be read, a form that was sent stays in the page, to be sent again.
    """
    if visit.member is None and not visit.unsure:
        return visit.go("/in")
    try:
        if visit.member is not None:
            return await page(visit.member.token)
    except TryAgain:
        pass
    if form is not None:
        return visit.away("again.html", typed=form.typed, problem=AWAY, path=visit.request.url.path)
    return visit.away("problem.html", title="Me", heading="This page is away for a moment", what=AWAY)


async def change(
    visit: Visit,
    form: Form,
    work: Callable[[str], Awaitable[Response]],
    *,
    again: Again,
    words: Mapping[str, str] | None = None,
) -> Response:
    """Do what a form asks, with the member's token; `words` are for the codes of refusals that its page can explain."""
    if visit.member is None and not visit.unsure:
        return visit.go("/in")
    if not form.genuine:
        return await again(403, OLD_FORM)
    try:
        if visit.member is not None:
            return await work(visit.member.token)
    except Unauthenticated:
        raise
    except TryAgain:
        pass
    except PreconditionFailed as error:
        return await again(status_of(error), CHANGED)
    except ServiceError as error:
        return await again(status_of(error), (words or {}).get(error.code, NOT_TAKEN))
    response = await again(503, AWAY)
    response.headers["Retry-After"] = "10"
    return response


def seen_by(form: Form) -> str:
    """The version that a form was filled in for; none for a form that is sent again over somebody else's change."""
    seen = form.get("seen")
    return seen if VERSION.fullmatch(seen) else ""


def seen_again(form: Form, status: int) -> str:
    """The same when the page is shown again: after somebody else's change, whoever presses again has seen it."""
    return "" if status == status_of(PreconditionFailed()) else seen_by(form)


def id_in(form: Form, name: str) -> UUID:
    """The id that a button stands for; raises Invalid."""
    try:
        return UUID(form.get(name))
    except ValueError as error:
        raise Invalid from error
