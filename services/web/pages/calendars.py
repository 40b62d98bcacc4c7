"""What people take along into their own calendars."""

from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from services.web.visit import Here
from services.web.words import AWAY
from shared.errors import TryAgain

FILE = {"Content-Disposition": 'attachment; filename="evening.ics"'}

pages = APIRouter(include_in_schema=False)


@pages.get("/occurrences/{occurrence_id}/calendar.ics")
async def take(visit: Here, occurrence_id: UUID) -> Response:
    """One date as a file that a calendar opens."""
    token = visit.member.token if visit.member else None
    try:
        file = await visit.site.apis.programme.occurrence_calendar(occurrence_id, token)
    except TryAgain:
        return visit.away("problem.html", title="My calendar", heading="This is away for a moment", what=AWAY)
    return visit.finish(Response(file, headers=FILE, media_type="text/calendar"))


@pages.get("/calendars/{slug}.ics")
async def lead_to_feed(slug: str) -> Response:
    """The address people give their calendar. It stays, wherever the feed itself may be."""
    return RedirectResponse(f"/api/events/groups/{quote(slug, safe='')}/calendar.ics")
