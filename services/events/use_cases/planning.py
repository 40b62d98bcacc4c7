"""What a group plans for an evening: what there is to do and to bring, and what to remember for next time."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.events.errors.places import NotYet
from services.events.errors.planning import LineTaken, NoSuchLine, TooManyLines
from services.events.errors.roles import PlanChanged
from services.events.models import Notes, Occurrence, PlanLine, version_of
from services.events.queries.planning import line_by_id, lines_at, notes_of
from services.events.queries.programme import locked_occurrence
from services.events.schemas.planning import LineDraft, LineEdit
from services.events.use_cases.programme import find_occurrence
from services.events.use_cases.running import refuse_outsiders, refuse_unless_running
from shared.auth import Caller

MOST_LINES = 100


def find_planned(session: Session, occurrence_id: UUID, caller: Caller) -> Occurrence:
    """An occurrence whose plan the caller may see and change: any member of the group.

    Raises NoSuchOccurrence or MembersOnly.
    """
    occurrence = find_occurrence(session, occurrence_id, caller)
    refuse_outsiders(session, occurrence.group_id, caller)
    return occurrence


def add_line(session: Session, occurrence_id: UUID, draft: LineDraft, *, caller: Caller, now: datetime) -> PlanLine:
    """Write down what there is to do or to bring. Raises what `find_planned` does, what is not on, or TooManyLines."""
    find_planned(session, occurrence_id, caller)
    # Locked, so that no more lines come in meanwhile.
    occurrence = locked_occurrence(session, occurrence_id)
    occurrence.refuse_unless_on(now)
    if len(lines_at(session, occurrence_id)) >= MOST_LINES:
        raise TooManyLines("Take some away first, or write several things into one line.")
    line = PlanLine(occurrence_id=occurrence_id, list_name=draft.list_name, words=draft.words, done=False)
    session.add(line)
    session.flush()
    return line


def change_line(
    session: Session, line_id: UUID, edit: LineEdit, *, caller: Caller, seen: frozenset[int] | None = None
) -> PlanLine:
    """Take a line on or give it back, tick it, or word it anew. Any member of the group may.

    Raises NoSuchLine, MembersOnly, LineTaken or PlanChanged.
    """
    line = _find_line(session, line_id, caller)
    if edit.mine and line.member_id not in {None, caller.member_id}:
        raise LineTaken("Choose another, or ask them whether you can help.")
    if seen is not None and version_of_line(line) not in seen:
        raise PlanChanged("Read it again, look at what changed, and send your change once more.")
    if edit.mine is not None and (edit.mine or line.member_id == caller.member_id):
        line.member_id = caller.member_id if edit.mine else None
    line.words = line.words if edit.words is None else edit.words
    line.done = line.done if edit.done is None else edit.done
    return line


def remove_line(session: Session, line_id: UUID, *, caller: Caller) -> None:
    """Take a line off its list. Raises NoSuchLine or MembersOnly."""
    session.delete(_find_line(session, line_id, caller))


def write_notes(
    session: Session,
    occurrence_id: UUID,
    words: str,
    *,
    caller: Caller,
    seen: frozenset[int] | None = None,
    now: datetime,
) -> str:
    """Keep what to remember for next time. Raises NoSuchOccurrence, NotYourProgramme, NotYet or PlanChanged."""
    occurrence = find_occurrence(session, occurrence_id, caller)
    refuse_unless_running(session, occurrence, caller)
    if now < occurrence.starts_at:
        raise NotYet("Write down what to remember when it has begun.")
    notes = kept_notes(session, occurrence_id)
    if seen is not None and version_of(notes.words) not in seen:
        raise PlanChanged("Read it again, look at what changed, and send your change once more.")
    notes.words = words
    return words


def kept_notes(session: Session, occurrence_id: UUID) -> Notes:
    """What is written of an occurrence, or nothing yet; nobody else writes there meanwhile."""
    locked_occurrence(session, occurrence_id)
    notes = notes_of(session, occurrence_id)
    if notes is None:
        notes = Notes(occurrence_id=occurrence_id, words="", may_cost_pence=None)
        session.add(notes)
    return notes


def version_of_line(line: PlanLine) -> int:
    """What to send as If-Match with a change of a line."""
    return version_of([line.words, line.done, line.member_id])


def _find_line(session: Session, line_id: UUID, caller: Caller) -> PlanLine:
    found = line_by_id(session, line_id, caller)
    if found is None:
        raise NoSuchLine
    line, occurrence = found
    refuse_outsiders(session, occurrence.group_id, caller)
    return line
