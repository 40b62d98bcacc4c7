from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import Response
from sqlalchemy.orm import Session

from services.events.models import ListName, Occurrence, version_of
from services.events.queries import planning as queries
from services.events.queries.roles import covers_at, helpers_at, needs_of
from services.events.routes.dependencies import SignedIn, say_who_may_keep_it
from services.events.schemas.planning import (
    LastTime,
    LineDraft,
    LineEdit,
    LineView,
    NotesDraft,
    NotesView,
    PlanView,
    RoleTaken,
)
from services.events.schemas.roles import in_order
from services.events.use_cases import planning as use_cases
from shared.web import IfMatch, InTransaction, MemberCaller, Now, router, tag, versions_in

CREATED = 201

planning = router(tags=["planning"])


@planning.get("/occurrences/{occurrence_id}/plan")
def read_plan(occurrence_id: UUID, response: Response, session: InTransaction, caller: MemberCaller) -> PlanView:
    """Who does what and what there is to bring, with what was to be remembered last time. For the group."""
    say_who_may_keep_it(response, caller)
    occurrence = use_cases.find_planned(session, occurrence_id, caller)
    lines = queries.lines_at(session, occurrence_id)
    notes = queries.notes_of(session, occurrence_id)
    return PlanView(
        occurrence_id=occurrence_id,
        roles=_roles(session, occurrence),
        to_do=LineView.some(lines, ListName.TO_DO),
        kit=LineView.some(lines, ListName.KIT),
        notes=notes.words if notes else "",
        last_time=_last_time(session, occurrence),
    )


@planning.post("/occurrences/{occurrence_id}/plan/lines", status_code=CREATED)
def add_line(
    *,
    occurrence_id: UUID,
    draft: LineDraft,
    response: Response,
    session: InTransaction,
    now: Now,
    caller: MemberCaller,
) -> LineView:
    """Write down what there is to do or to bring. Any member of the group may."""
    line = use_cases.add_line(session, occurrence_id, draft, caller=caller, now=now)
    tag(response, use_cases.version_of_line(line))
    return LineView.model_validate(line)


@planning.patch("/plan-lines/{line_id}")
def change_line(
    *,
    line_id: UUID,
    edit: LineEdit,
    response: Response,
    session: InTransaction,
    caller: MemberCaller,
    if_match: IfMatch = None,
) -> LineView:
    """Take a line on or give it back, tick it, or word it anew. Any member of the group may."""
    line = use_cases.change_line(session, line_id, edit, caller=caller, seen=versions_in(if_match))
    tag(response, use_cases.version_of_line(line))
    return LineView.model_validate(line)


@planning.delete("/plan-lines/{line_id}", status_code=204)
def remove_line(line_id: UUID, session: InTransaction, caller: MemberCaller) -> None:
    """Take a line off its list."""
    use_cases.remove_line(session, line_id, caller=caller)


@planning.get("/occurrences/{occurrence_id}/notes")
def read_notes(occurrence_id: UUID, response: Response, session: InTransaction, caller: MemberCaller) -> NotesView:
    """What to remember for next time. For the group."""
    say_who_may_keep_it(response, caller)
    use_cases.find_planned(session, occurrence_id, caller)
    notes = queries.notes_of(session, occurrence_id)
    words = notes.words if notes else ""
    tag(response, version_of(words))
    return NotesView(words=words)


@planning.put("/occurrences/{occurrence_id}/notes")
def write_notes(
    *,
    occurrence_id: UUID,
    draft: NotesDraft,
    response: Response,
    session: InTransaction,
    now: Now,
    caller: SignedIn,
    if_match: IfMatch = None,
) -> NotesView:
    """Keep what to remember for next time. For those who run it."""
    seen = versions_in(if_match)
    words = use_cases.write_notes(session, occurrence_id, draft.words, caller=caller, seen=seen, now=now)
    tag(response, version_of(words))
    return NotesView(words=words)


def _roles(session: Session, occurrence: Occurrence) -> list[RoleTaken]:
    needs, taken = needs_of(session, occurrence), helpers_at(session, occurrence.id)
    sought = {cover.kind for cover in covers_at(session, occurrence.id)}
    return [
        RoleTaken(kind=kind, needed=needs[kind], member_ids=taken.get(kind, []), looking=kind in sought)
        for kind in in_order(needs)
    ]


def _last_time(session: Session, occurrence: Occurrence) -> LastTime | None:
    found = queries.notes_before(session, occurrence)
    if found is None:
        return None
    before, words = found
    return LastTime(starts=before.starts_at.astimezone(ZoneInfo(before.timezone)), words=words)
