from datetime import datetime
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import Depends, Query, Request, Response

from services.events import queries
from services.events.models import Occurrence
from services.events.schemas import (
    LONGEST_NAME,
    NAME,
    ImportReport,
    OccurrenceEdit,
    OccurrenceView,
    RsvpDraft,
    RsvpList,
    RsvpView,
    WhatsOnQuery,
)
from services.events.use_cases import importing, programme, rsvp
from services.events.use_cases.export import export_member
from shared.auth import Caller
from shared.errors import Unauthenticated
from shared.web import (
    CurrentCaller,
    IfMatch,
    InTransaction,
    MemberCaller,
    Now,
    Page,
    page_of,
    requires,
    router,
    tag,
    versions_in,
)
from shared.web.exports import export_routes

occurrences = router(prefix="/occurrences", tags=["programme"])
me = router(prefix="/me", tags=["programme"])
imports = router(prefix="/imports", tags=["programme"])

GroupSlug = Annotated[str, Query(pattern=NAME, max_length=LONGEST_NAME)]
FileName = Annotated[str, Query(pattern=NAME, max_length=LONGEST_NAME)]


async def _caller_with_a_token(caller: CurrentCaller) -> Caller:
    if caller is None:
        raise Unauthenticated
    return caller


async def _body(request: Request) -> bytes:
    return await request.body()


SignedIn = Annotated[Caller, Depends(_caller_with_a_token)]


@occurrences.get("")
def whats_on(
    *,
    asked: Annotated[WhatsOnQuery, Query()],
    request: Request,
    response: Response,
    session: InTransaction,
    now: Now,
    caller: CurrentCaller,
) -> Page[OccurrenceView]:
    """What is on, soonest first: everything still to come that the caller may see."""
    _say_who_may_keep_it(response, caller)
    zone = ZoneInfo(request.app.state.timezone)
    since, until = _in_zone(asked.since, zone), _in_zone(asked.until, zone)
    query = queries.whats_on(caller, now, group=asked.group, since=since, until=until)
    keys = (Occurrence.starts_at, Occurrence.id)
    rows, following = page_of(session, query, keys, after=asked.after, limit=asked.limit)
    return Page(items=[OccurrenceView.of(row) for row in rows], next=following)


@occurrences.get("/{occurrence_id}")
def read_occurrence(
    occurrence_id: UUID, response: Response, session: InTransaction, caller: CurrentCaller
) -> OccurrenceView:
    """One occurrence, over and cancelled ones too. Its ETag is what to send as If-Match with a change."""
    _say_who_may_keep_it(response, caller)
    return _view(response, programme.find_occurrence(session, occurrence_id, caller))


@occurrences.patch("/{occurrence_id}")
def change_occurrence(
    *,
    occurrence_id: UUID,
    edit: OccurrenceEdit,
    response: Response,
    session: InTransaction,
    now: Now,
    caller: SignedIn,
    if_match: IfMatch = None,
) -> OccurrenceView:
    """Give it another time, place, title or number of places. For convenors of the group and the operator."""
    changed = programme.change_occurrence(
        session, occurrence_id, edit, caller=caller, seen=versions_in(if_match), now=now
    )
    return _view(response, changed)


@occurrences.post("/{occurrence_id}/cancellation")
def cancel_occurrence(
    *,
    occurrence_id: UUID,
    response: Response,
    session: InTransaction,
    now: Now,
    caller: SignedIn,
    if_match: IfMatch = None,
) -> OccurrenceView:
    """Call it off. For convenors of the group and the operator; saying it twice does it once."""
    cancelled = programme.cancel_occurrence(session, occurrence_id, caller=caller, seen=versions_in(if_match), now=now)
    return _view(response, cancelled)


@occurrences.put("/{occurrence_id}/rsvp")
def answer_rsvp(
    occurrence_id: UUID, draft: RsvpDraft, session: InTransaction, now: Now, caller: MemberCaller
) -> RsvpView:
    """Say whether you are coming."""
    assert caller.member_id is not None
    rsvp.answer_rsvp(session, occurrence_id, caller.member_id, draft.answer, now=now)
    return RsvpView(occurrence_id=occurrence_id, answer=draft.answer)


@me.get("/rsvps")
def my_rsvps(response: Response, session: InTransaction, now: Now, caller: MemberCaller) -> RsvpList:
    """What you said about everything that is still to come."""
    _say_who_may_keep_it(response, caller)
    answers = queries.rsvps_to_come(session, caller, now)
    return RsvpList(items=[RsvpView.model_validate(each) for each in answers])


@imports.post(
    "/programme",
    dependencies=[requires("programme:import")],
    openapi_extra={"requestBody": {"required": True, "content": {"text/calendar": {"schema": {"type": "string"}}}}},
)
def import_programme(
    *,
    request: Request,
    session: InTransaction,
    now: Now,
    data: Annotated[bytes, Depends(_body)],
    group: GroupSlug,
    name: FileName = "calendar.ics",
    replace: bool = False,
) -> ImportReport:
    """Bring in a calendar file as the programme of a group; `replace` also calls off what the file no longer has."""
    return importing.import_programme(
        session,
        group,
        data,
        name,
        replace=replace,
        zone=request.app.state.timezone,
        weeks=request.app.state.horizon_weeks,
        now=now,
    )


def _view(response: Response, occurrence: Occurrence) -> OccurrenceView:
    tag(response, occurrence.sequence)
    return OccurrenceView.of(occurrence)


def _say_who_may_keep_it(response: Response, caller: Caller | None) -> None:
    """What anyone may see, a front end keeps for a second; what somebody's token shows, nobody keeps."""
    response.headers["Cache-Control"] = "public, max-age=1" if caller is None else "private, no-store"
    response.headers["Vary"] = "Authorization"


def _in_zone(time: datetime | None, zone: ZoneInfo) -> datetime | None:
    """A time without an offset is what the clock on the programme's wall shows."""
    return time if time is None or time.tzinfo else time.replace(tzinfo=zone)


ROUTERS = [occurrences, me, imports, export_routes(export_member)]
