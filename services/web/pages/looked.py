"""Who looked at or changed what belongs to a member, and why."""

from fastapi import APIRouter, Response

from services.web.member_visit import Me
from shared.errors import Invalid

pages = APIRouter(include_in_schema=False)


@pages.get("/me/looked")
async def show(me: Me, after: str | None = None) -> Response:
    """Newest first, a page at a time."""
    try:
        looks = await me.apis.record.looks(after, me.token)
    except Invalid:
        # A made-up or torn place in the list.
        return me.visit.go("/me/looked")
    return me.page("looked.html", looks=looks, later=bool(after))
