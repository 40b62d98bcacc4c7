"""Which roles an activity needs at each of its dates, and where one of them differs."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.events.errors.roles import PlanChanged, RolesTaken
from services.events.models import Activity, Cover, Needs, Occurrence, version_of
from services.events.queries.programme import locked_occurrence
from services.events.queries.roles import most_taken, needs_of, usual_needs
from services.events.use_cases.activities import find_activity
from services.events.use_cases.places import lock_to_come
from services.events.use_cases.programme import find_occurrence, lock_programme
from services.events.use_cases.running import refuse_unless_running
from shared.auth import Caller


def set_roles(
    session: Session,
    activity_id: UUID,
    needs: Needs,
    *,
    caller: Caller,
    seen: frozenset[int] | None = None,
    now: datetime,
) -> Activity:
    """Say which roles every date of an activity needs that has none of its own.

    Raises NoSuchActivity, NotYourProgramme, PlanChanged, or RolesTaken where a date has more in one than that.
    """
    activity = find_activity(session, activity_id, caller)
    refuse_unless_running(session, activity, caller)
    lock_programme(session, activity.group_id)
    session.refresh(activity, ["roles"])
    _refuse_changed(activity.roles, seen)
    follow = select(Occurrence.id).where(Occurrence.activity_id == activity_id, Occurrence.roles.is_(None))
    dates = [each.id for each in lock_to_come(session, session.scalars(follow).all(), now)]
    _refuse_below(session, dates, needs)
    activity.roles = dict(needs)
    _look_again(session, dates, now)
    return activity


def set_roles_of_date(
    session: Session,
    occurrence_id: UUID,
    needs: Needs | None,
    *,
    caller: Caller,
    seen: frozenset[int] | None = None,
    now: datetime,
) -> Occurrence:
    """Say which roles this date needs, None for those of its activity.

    Raises NoSuchOccurrence, NotYourProgramme, what is not on, PlanChanged or RolesTaken.
    """
    found = find_occurrence(session, occurrence_id, caller)
    refuse_unless_running(session, found, caller)
    # Meanwhile nobody changes what every date of the activity needs.
    lock_programme(session, found.group_id)
    occurrence = locked_occurrence(session, occurrence_id)
    occurrence.refuse_unless_on(now)
    _refuse_changed(needs_of(session, occurrence), seen)
    _refuse_below(session, [occurrence_id], usual_needs(session, occurrence) if needs is None else needs)
    occurrence.roles = None if needs is None else dict(needs)
    _look_again(session, [occurrence_id], now)
    return occurrence


def _refuse_changed(needs: Needs, seen: frozenset[int] | None) -> None:
    if seen is not None and version_of(needs) not in seen:
        raise PlanChanged("Read it again, look at what changed, and send your change once more.")


def _refuse_below(session: Session, dates: Sequence[UUID], needs: Needs) -> None:
    for kind, taken in sorted(most_taken(session, dates).items()):
        if taken > needs.get(kind, 0):
            raise RolesTaken(f"{taken} have taken «{kind}». Ask for at least {taken}, or ask one of them to step down.")


def _look_again(session: Session, dates: Sequence[UUID], now: datetime) -> None:
    """Where somebody is looked for, more or fewer may be missing now."""
    session.flush()
    session.execute(update(Cover).where(Cover.occurrence_id.in_(dates)).values(due_at=now))
