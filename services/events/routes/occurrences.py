from datetime import datetime
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import Query, Request, Response

from services.events.models import Occurrence
from services.events.queries import programme as queries
from services.events.routes.dependencies import SignedIn, say_who_may_keep_it
from services.events.schemas.programme import OccurrenceEdit, OccurrenceView, WhatsOnQuery
from services.events.use_cases import programme
from shared.web import CurrentCaller, IfMatch, InTransaction, Now, Page, page_of, router, tag, versions_in

occurrences = router(prefix="/occurrences", tags=["programme"])


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
    say_who_may_keep_it(response, caller)
    zone = ZoneInfo(request.app.state.timezone)
    since, until = _in_zone(asked.since, zone), _in_zone(asked.until, zone)
    query = queries.whats_on(caller, now, group=asked.group, activity=asked.activity, since=since, until=until)
    keys = (Occurrence.starts_at, Occurrence.id)
    rows, following = page_of(session, query, keys, after=asked.after, limit=asked.limit)
    return Page(items=[OccurrenceView.of(row) for row in rows], next=following)


@occurrences.get("/{occurrence_id}")
def read_occurrence(
    occurrence_id: UUID, response: Response, session: InTransaction, caller: CurrentCaller
) -> OccurrenceView:
    """One occurrence, over and cancelled ones too. Its ETag is what to send as If-Match with a change."""
    say_who_may_keep_it(response, caller)
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
    """Give it another time, place, words or number of places. For its hosts, the group's convenors and the operator."""
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
    """Call it off. For those who may change it; saying it twice does it once."""
    cancelled = programme.cancel_occurrence(session, occurrence_id, caller=caller, seen=versions_in(if_match), now=now)
    return _view(response, cancelled)


@occurrences.delete("/{occurrence_id}/cancellation")
def restore_occurrence(
    *,
    occurrence_id: UUID,
    response: Response,
    session: InTransaction,
    now: Now,
    caller: SignedIn,
    if_match: IfMatch = None,
) -> OccurrenceView:
    """Bring it back after it was called off. For those who may change it."""
    restored = programme.restore_occurrence(session, occurrence_id, caller=caller, seen=versions_in(if_match), now=now)
    return _view(response, restored)


@occurrences.post("/{occurrence_id}/confirmation")
def confirm_occurrence(
    *,
    occurrence_id: UUID,
    response: Response,
    session: InTransaction,
    now: Now,
    caller: SignedIn,
    if_match: IfMatch = None,
) -> OccurrenceView:
    """Say that it is certain, where it was tentative. For those who may change it."""
    certain = programme.confirm_occurrence(session, occurrence_id, caller=caller, seen=versions_in(if_match), now=now)
    return _view(response, certain)


@occurrences.delete("/{occurrence_id}/confirmation")
def unconfirm_occurrence(
    *,
    occurrence_id: UUID,
    response: Response,
    session: InTransaction,
    now: Now,
    caller: SignedIn,
    if_match: IfMatch = None,
) -> OccurrenceView:
    """Say that it is not certain after all. For those who may change it."""
    unsure = programme.unconfirm_occurrence(session, occurrence_id, caller=caller, seen=versions_in(if_match), now=now)
    return _view(response, unsure)


def _view(response: Response, occurrence: Occurrence) -> OccurrenceView:
    tag(response, occurrence.sequence)
    return OccurrenceView.of(occurrence)


def _in_zone(time: datetime | None, zone: ZoneInfo) -> datetime | None:
    """A time without an offset is what the clock on the programme's wall shows."""
    return time if time is None or time.tzinfo else time.replace(tzinfo=zone)
