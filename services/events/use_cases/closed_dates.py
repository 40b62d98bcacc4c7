"""Days on which a group does nothing: whatever was on is called off, and no rule makes anything on them."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from services.events.errors.activities import NoSuchGroup
from services.events.errors.programme import NotYourProgramme
from services.events.models import ClosedDate, Group
from services.events.programme_diff import Change
from services.events.queries.activities import closed_days, group_by_id, hosts_anything, ids_on
from services.events.queries.programme import WRITES_PROGRAMMES
from services.events.use_cases.asking_again import lock_answers
from services.events.use_cases.places import ask_next, lock_to_come
from services.events.use_cases.programme import lock_programme
from services.events.use_cases.running import refuse_erased
from services.events.use_cases.telling import tell_all
from shared.auth import Caller


def list_closed_dates(session: Session, group_id: UUID, caller: Caller | None) -> Mapping[date, str]:
    """The days on which a group does nothing, and why; raises NoSuchGroup."""
    if group_by_id(session, group_id, caller) is None:
        raise NoSuchGroup
    return closed_days(session, group_id)


def close_date(session: Session, group_id: UUID, day: date, reason: str, *, caller: Caller, now: datetime) -> int:
    """Do nothing on a day; how many evenings that calls off. Saying it again only changes the reason.

    Raises NoSuchGroup or NotYourProgramme.
    """
    group = _group_to_close(session, group_id, caller)
    new = upsert(ClosedDate).values(group_id=group_id, day=day, reason=reason)
    session.execute(new.on_conflict_do_update(index_elements=["group_id", "day"], set_={"reason": reason}))
    on_that_day = ids_on(session, group_id, day, now)
    lock_answers(session, on_that_day)
    called_off = [each for each in lock_to_come(session, on_that_day, now) if each.cancel(now)]
    for each in called_off:
        each.sequence += 1
        ask_next(session, each, now)
    tell_all(session, ((Change.CANCELLED, each) for each in called_off), group, now=now)
    return len(called_off)


def open_date(session: Session, group_id: UUID, day: date, *, caller: Caller) -> None:
    """Let things be on again on a day. What was called off stays so until somebody brings it back."""
    _group_to_close(session, group_id, caller)
    session.execute(delete(ClosedDate).where(ClosedDate.group_id == group_id, ClosedDate.day == day))


def _group_to_close(session: Session, group_id: UUID, caller: Caller) -> Group:
    refuse_erased(session, caller)
    group = group_by_id(session, group_id, caller)
    if group is None:
        raise NoSuchGroup
    runs = caller.scope == WRITES_PROGRAMMES or caller.is_convenor_of(group_id)
    if not runs and not hosts_anything(session, group_id, caller.member_id):
        raise NotYourProgramme("Ask somebody who hosts evenings there, or a convenor of the group.")
    lock_programme(session, group_id)
    return group
