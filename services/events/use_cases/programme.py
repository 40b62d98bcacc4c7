"""Changing single occurrences by hand, one change of a group's programme at a time."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.errors.programme import ChangedMeanwhile, NoSuchOccurrence
from services.events.models import Group, Occurrence, Status, refuse_over
from services.events.programme_diff import Change, change_between, is_another_date
from services.events.queries.programme import locked_occurrence, occurrence_by_id
from services.events.schemas.programme import OccurrenceEdit
from services.events.use_cases.asking_again import ask_again, lock_answers
from services.events.use_cases.places import ask_next
from services.events.use_cases.running import refuse_unless_running
from services.events.use_cases.telling import MESSAGES, tell
from shared.auth import Caller
from shared.contracts.events import (
    OccurrenceCancelled,
    OccurrenceConfirmed,
    OccurrenceDescribed,
    OccurrenceScheduled,
    OccurrenceState,
)


def find_occurrence(session: Session, occurrence_id: UUID, caller: Caller | None) -> Occurrence:
    """One occurrence, to whoever may see it; raises NoSuchOccurrence."""
    occurrence = occurrence_by_id(session, occurrence_id, caller)
    if occurrence is None:
        raise NoSuchOccurrence("Look at what is on, and choose again.")
    return occurrence


def change_occurrence(
    session: Session,
    occurrence_id: UUID,
    edit: OccurrenceEdit,
    *,
    caller: Caller,
    seen: frozenset[int] | None = None,
    now: datetime,
) -> Occurrence:
    """Give an occurrence another time, place, words or number of places; those going hear of the first two.

    `seen` are the sequences the caller would change, None for any.
    """
    occurrence = _to_change(session, occurrence_id, caller, seen)
    occurrence.refuse_unless_on(now)
    facts = occurrence.facts
    _apply(occurrence, edit, now)
    change = change_between(facts, occurrence.facts)
    if change is Change.UNCHANGED:
        return occurrence
    occurrence.sequence += 1
    if is_another_date(facts, occurrence.facts):
        ask_again(session, [occurrence.id], now)
    else:
        ask_next(session, occurrence, now)
    tell(session, MESSAGES[change], occurrence, now=now)
    return occurrence


def cancel_occurrence(
    session: Session, occurrence_id: UUID, *, caller: Caller, seen: frozenset[int] | None = None, now: datetime
) -> Occurrence:
    """Call an occurrence off; who comes and who waits hear of it, once, and stay known, should it be on again."""
    occurrence = _to_change(session, occurrence_id, caller, seen)
    if occurrence.cancel(now):
        occurrence.sequence += 1
        ask_next(session, occurrence, now)
        tell(session, OccurrenceCancelled, occurrence, now=now)
    return occurrence


def restore_occurrence(
    session: Session, occurrence_id: UUID, *, caller: Caller, seen: frozenset[int] | None = None, now: datetime
) -> Occurrence:
    """Bring back what was called off, for certain; whoever had said yes to it is going again, and the line goes on."""
    occurrence = _to_change(session, occurrence_id, caller, seen)
    return _turn(session, occurrence, (Status.CANCELLED, Status.SCHEDULED), OccurrenceScheduled, now)


def confirm_occurrence(
    session: Session, occurrence_id: UUID, *, caller: Caller, seen: frozenset[int] | None = None, now: datetime
) -> Occurrence:
    """Say that what was tentative is certain; those going hear of it. Raises OccurrenceOver or OccurrenceCancelled."""
    occurrence = _to_change(session, occurrence_id, caller, seen)
    occurrence.refuse_unless_on(now)
    return _turn(session, occurrence, (Status.TENTATIVE, Status.SCHEDULED), OccurrenceConfirmed, now)


def unconfirm_occurrence(
    session: Session, occurrence_id: UUID, *, caller: Caller, seen: frozenset[int] | None = None, now: datetime
) -> Occurrence:
    """Say that it is not certain yet; those going hear when it is, or is called off. Raises what confirming does."""
    occurrence = _to_change(session, occurrence_id, caller, seen)
    occurrence.refuse_unless_on(now)
    return _turn(session, occurrence, (Status.SCHEDULED, Status.TENTATIVE), OccurrenceDescribed, now)


def _turn(
    session: Session, occurrence: Occurrence, turned: tuple[Status, Status], kind: type[OccurrenceState], now: datetime
) -> Occurrence:
    """From one status to another; what has another already stays as it is."""
    before, after = turned
    if occurrence.status == before:
        refuse_over(occurrence.ends_at, now)
        occurrence.status = after
        occurrence.sequence += 1
        ask_next(session, occurrence, now)
        tell(session, kind, occurrence, now=now)
    return occurrence


def lock_programme(session: Session, group_id: UUID) -> None:
    """Wait until nobody else changes this group's programme. Saying yes or no to it goes on meanwhile."""
    session.execute(select(Group.id).where(Group.id == group_id).with_for_update(key_share=True))


def _to_change(session: Session, occurrence_id: UUID, caller: Caller, seen: frozenset[int] | None) -> Occurrence:
    occurrence = find_occurrence(session, occurrence_id, caller)
    refuse_unless_running(session, occurrence, caller)
    lock_programme(session, occurrence.group_id)
    lock_answers(session, [occurrence_id])
    # Read again under a lock, so that nobody says yes between counting who comes and setting how many can.
    occurrence = locked_occurrence(session, occurrence_id)
    if seen is not None and occurrence.sequence not in seen:
        raise ChangedMeanwhile("Read it again, look at what changed, and send your change once more.")
    return occurrence


def _apply(occurrence: Occurrence, edit: OccurrenceEdit, now: datetime) -> None:
    if edit.starts is not None or edit.ends is not None:
        occurrence.move(edit.starts or occurrence.starts, edit.ends, now)
    if edit.place is not None:
        occurrence.place = edit.place
    if edit.title is not None:
        occurrence.title = edit.title
    if edit.summary is not None:
        occurrence.summary = edit.summary
    if edit.card is not None:
        occurrence.card = {**occurrence.card, **edit.card.model_dump(mode="json", exclude_none=True)}
    if edit.says_capacity:
        occurrence.limit(edit.capacity)
