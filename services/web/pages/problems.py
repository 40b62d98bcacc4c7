"""What is shown when a page cannot be: kind words, and a way on."""

import logging
from contextlib import suppress

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from services.web.headers import make_safe
from services.web.member_visit import NotIn
from services.web.visit import Visit
from services.web.words import AWAY
from shared.errors import Invalid, NotFound, ServiceError, TooLarge, TryAgain, Unauthenticated
from shared.web.errors import status_of

NOT_THERE = "The link may be wrong, or the page may be gone."
SIGN_IN_AGAIN = "You have been away for a while, or signed this phone out from another one."
TOO_LONG = "That was too long for us to read. Please go back and make it shorter."

# Where the one button of the page leads, and what it says.
WHATS_ON, COME_IN = ("/", "See what's on"), ("/in", "Come in")

log = logging.getLogger(__name__)


async def _not_there(request: Request, _: Exception) -> Response:
    visit = await Visit.begin(request)
    return visit.page("problem.html", 404, title="Not found", heading="We cannot find that page", what=NOT_THERE)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    response = await _not_there(request, error)
    response.status_code = error.status_code
    return response


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, ServiceError)
    if isinstance(error, NotFound):
        return await _not_there(request, error)
    visit = await Visit.begin(request)
    if isinstance(error, TryAgain):
        return await _away(visit)
    if isinstance(error, Unauthenticated) and visit.session is not None:
        # The token was refused although it should be good: the next page asks for a new one.
        visit.site.sign_ins.forget(visit.session)
    heading, what, on = "That did not work", "Please go back and try again.", WHATS_ON
    if isinstance(error, Unauthenticated):
        heading, what, on = "Please come in again", SIGN_IN_AGAIN, COME_IN
    elif isinstance(error, TooLarge):
        heading, what = "That is too long", TOO_LONG
    return visit.page("problem.html", status_of(error), title="Not now", heading=heading, what=what, on=on)


async def _away(visit: Visit) -> Response:
    """Nothing can be read or done just now; a form that was sent stays in the page, to be sent again."""
    with suppress(Invalid):
        form = await visit.form()
        if form.genuine:
            return visit.away("again.html", typed=form.typed, problem=AWAY, path=visit.request.url.path)
    return visit.away("problem.html", title="Not now", heading="This page is away for a moment", what=AWAY)


async def _not_in(_: Request, error: Exception) -> Response:
    assert isinstance(error, NotIn)
    return error.visit.go("/in")


async def _unexpected(request: Request, error: Exception) -> Response:
    log.error("unexpected error", exc_info=error)
    # This is answered outside of everything else, so it brings its own headers, and asks nothing of any service.
    visit = Visit(request, request.app.state.site)
    response = visit.page("problem.html", 500, title="Not now", heading="Something broke on our side", what=AWAY)
    make_safe(response.headers)
    return response


def show_problems(app: FastAPI) -> None:
    """Answer with pages where a service would answer with problem documents."""
    app.add_exception_handler(RequestValidationError, _not_there)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(ServiceError, _refused)
    app.add_exception_handler(NotIn, _not_in)
    app.add_exception_handler(Exception, _unexpected)
