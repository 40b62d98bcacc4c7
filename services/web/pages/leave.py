"""Leave: quick, and safe to press at any time."""

import logging

from fastapi import APIRouter, Response

from services.web.visit import Here
from shared.errors import TryAgain

FORGET_US = '"cache", "cookies", "storage"'

log = logging.getLogger(__name__)
pages = APIRouter(include_in_schema=False)


@pages.get("/leave")
async def ask(visit: Here) -> Response:
    """A button, for who came by the address."""
    return visit.page("leave.html")


@pages.post("/leave")
async def go(visit: Here) -> Response:
    """End the session and have the browser forget us.

    It asks for no form token: a page that was open for long must still let its reader out, and being signed out by
    somebody else's page does little harm.
    """
    if visit.session is not None:
        try:
            await visit.site.sign_ins.end(visit.session)
        except TryAgain:
            # The browser forgets the secret all the same, and nobody else has it.
            log.warning("a session was left while members was away; it ends by itself")
    visit.sign_out()
    return visit.go("/", {"Clear-Site-Data": FORGET_US})
