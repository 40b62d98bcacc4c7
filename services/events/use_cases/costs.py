"""What an evening may cost and what it did. Whom money is owed to is known to them and to those who settle it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.events.errors.activities import NoSuchGroup
from services.events.errors.planning import NoSuchLine, TooManyLines
from services.events.errors.roles import PlanChanged
from services.events.models import Cost, Occurrence, version_of
from services.events.queries.activities import group_by_id
from services.events.queries.planning import cost_by_id, costs_by_month, costs_of
from services.events.queries.programme import locked_occurrence
from services.events.schemas.planning import CostDraft
from services.events.use_cases.planning import find_planned, kept_notes
from services.events.use_cases.programme import find_occurrence
from services.events.use_cases.running import refuse_outsiders, refuse_unless_running
from shared.auth import Caller

MOST_COSTS = 100


def set_budget(
    session: Session,
    occurrence_id: UUID,
    may_cost_pence: int | None,
    *,
    caller: Caller,
    seen: frozenset[int] | None = None,
) -> None:
    """Say what an evening may cost. Raises NoSuchOccurrence, NotYourProgramme or PlanChanged."""
    refuse_unless_running(session, find_occurrence(session, occurrence_id, caller), caller)
    notes = kept_notes(session, occurrence_id)
    if seen is not None and version_of(notes.may_cost_pence) not in seen:
        raise PlanChanged("Read it again, look at what changed, and send your change once more.")
    notes.may_cost_pence = may_cost_pence


def add_cost(session: Session, occurrence_id: UUID, draft: CostDraft, *, caller: Caller, now: datetime) -> Cost:
    """Write down what was paid: what they paid themselves, by any member; what the forum paid, by those who run it.

    Raises NoSuchOccurrence, MembersOnly, NotYourProgramme or TooManyLines.
    """
    found = find_planned(session, occurrence_id, caller)
    if not draft.give_back:
        refuse_unless_running(session, found, caller)
    # Locked, so that no more lines come in meanwhile.
    locked_occurrence(session, occurrence_id)
    if len(costs_of(session, occurrence_id)) >= MOST_COSTS:
        raise TooManyLines("Take some away first, or write several things into one line.")
    payer = caller.member_id if draft.give_back else None
    cost = Cost(
        occurrence_id=occurrence_id,
        what=draft.what,
        pence=draft.pence,
        receipt=draft.receipt,
        paid_at=now,
        member_id=payer,
    )
    session.add(cost)
    session.flush()
    return cost


def remove_cost(session: Session, cost_id: UUID, *, caller: Caller) -> None:
    """Take a cost away, as whoever it is owed to or those who run the evening. Raises as `give_back` does."""
    cost, occurrence = _find_cost(session, cost_id, caller)
    if cost.member_id is None or cost.member_id != caller.member_id:
        refuse_unless_running(session, occurrence, caller)
    session.delete(cost)


def give_back(session: Session, cost_id: UUID, *, caller: Caller) -> None:
    """Say that a cost was given back: it is the forum's then, and whom it was owed to is known no more.

    Raises NoSuchLine, MembersOnly or NotYourProgramme.
    """
    cost, occurrence = _find_cost(session, cost_id, caller)
    refuse_unless_running(session, occurrence, caller)
    cost.member_id = None


def costs_of_group(session: Session, group_id: UUID, caller: Caller) -> Sequence[tuple[str, int, int]]:
    """What a group spent month by month, for its members. Raises NoSuchGroup or MembersOnly."""
    if group_by_id(session, group_id, caller) is None:
        raise NoSuchGroup
    refuse_outsiders(session, group_id, caller)
    return costs_by_month(session, group_id)


def _find_cost(session: Session, cost_id: UUID, caller: Caller) -> tuple[Cost, Occurrence]:
    found = cost_by_id(session, cost_id, caller)
    if found is None:
        raise NoSuchLine
    refuse_outsiders(session, found[1].group_id, caller)
    return found
