"""Calendars that other programs read: as files, with what they need to ask again for next to nothing."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Annotated
from uuid import UUID

from fastapi import Path, Request, Response
from starlette.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT, HTTP_304_NOT_MODIFIED

from services.events.routes.dependencies import say_who_may_keep_it
from services.events.schemas.calendar_feeds import CalendarFeedDraft, CalendarFeedMade, CalendarFeedView
from services.events.schemas.words import LONGEST_NAME, NAME
from services.events.use_cases import calendar_feeds as use_cases
from shared.web import CurrentCaller, InTransaction, MemberCaller, Now, router

CALENDAR = "text/calendar; charset=utf-8"
FOR_ALL = {"Cache-Control": "public, max-age=900"}
# Whoever holds the address may keep it, but asks each time: once it is ended, it is ended.
FOR_ONE = {"Cache-Control": "private, no-cache", "Referrer-Policy": "no-referrer"}

Slug = Annotated[str, Path(pattern=NAME, max_length=LONGEST_NAME)]

calendar_feeds = router(tags=["calendars"])


@calendar_feeds.get("/groups/{slug}/calendar.ics", response_class=Response)
def read_group_calendar(slug: Slug, request: Request, session: InTransaction, now: Now) -> Response:
    """The calendar of a group that anyone may know of, to subscribe to. No token opens a hidden group's."""
    file = use_cases.group_calendar(session, slug, weeks=request.app.state.horizon_weeks, now=now)
    return _answer(request, file, FOR_ALL)


@calendar_feeds.get("/feeds/{token}.ics", response_class=Response)
def read_member_calendar(token: str, request: Request, session: InTransaction, now: Now) -> Response:
    """A member's own calendar, to subscribe to. Its address is all that is asked for."""
    return _answer(request, use_cases.member_calendar(session, token, now=now), FOR_ONE)


@calendar_feeds.get("/occurrences/{occurrence_id}/calendar.ics", response_class=Response)
def read_occurrence_calendar(
    occurrence_id: UUID, request: Request, response: Response, session: InTransaction, caller: CurrentCaller
) -> Response:
    """One date, to put into a calendar once."""
    say_who_may_keep_it(response, caller)
    response.headers["Content-Disposition"] = 'attachment; filename="evening.ics"'
    file = use_cases.occurrence_calendar(session, occurrence_id, caller)
    return _answer(request, file, response.headers)


@calendar_feeds.get("/me/calendar-feed")
def read_feed(response: Response, session: InTransaction, caller: MemberCaller) -> CalendarFeedView:
    """Whether I have a feed of my own, and since when."""
    assert caller.member_id is not None
    say_who_may_keep_it(response, caller)
    return CalendarFeedView.model_validate(use_cases.find_feed(session, caller.member_id))


@calendar_feeds.post("/me/calendar-feed", status_code=HTTP_201_CREATED)
def make_feed(
    draft: CalendarFeedDraft, response: Response, session: InTransaction, now: Now, caller: MemberCaller
) -> CalendarFeedMade:
    """A new address for my own calendar, shown this once. One I had before is dead from now on."""
    response.headers["Cache-Control"] = "no-store"
    token = use_cases.make_feed(session, caller, full_details=draft.full_details, now=now)
    return CalendarFeedMade(path=f"/feeds/{token}.ics")


@calendar_feeds.delete("/me/calendar-feed", status_code=HTTP_204_NO_CONTENT)
def end_feed(session: InTransaction, caller: MemberCaller) -> None:
    """Let nobody read my calendar from now on. It always works, also where there is none."""
    assert caller.member_id is not None
    use_cases.end_feed(session, caller.member_id)


def _answer(request: Request, file: use_cases.CalendarFile, headers: Mapping[str, str]) -> Response:
    """The file, or in a few bytes that whoever asks has it already."""
    tag = f'"{hashlib.sha256(file.data).hexdigest()[:32]}"'
    known = {**headers, "ETag": tag}
    if file.changed_at is not None:
        known["Last-Modified"] = format_datetime(file.changed_at.replace(microsecond=0), usegmt=True)
    if _has_it(request, tag, file.changed_at):
        return Response(status_code=HTTP_304_NOT_MODIFIED, headers=known)
    return Response(file.data, media_type=CALENDAR, headers=known)


def _has_it(request: Request, tag: str, changed_at: datetime | None) -> bool:
    """By the tag where they give one, and else by the time."""
    tags = request.headers.get("if-none-match")
    if tags is not None:
        return tags.strip() == "*" or tag in tags
    try:
        since = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
    except ValueError:
        return False
    return changed_at is not None and since.tzinfo is not None and changed_at.replace(microsecond=0) <= since
