"""What an activity says of its places, as those who run it decide."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.events.models import Activity
from services.events.queries.activities import activity_now
from services.events.queries.line import lines_in
from services.events.schemas.place_rules import PlaceRulesEdit
from services.events.use_cases.activities import find_activity
from services.events.use_cases.places import ask_next_in
from services.events.use_cases.programme import lock_programme
from services.events.use_cases.running import refuse_unless_running
from shared.auth import Caller


def change_place_rules(
    session: Session,
    activity_id: UUID,
    edit: PlaceRulesEdit,
    *,
    caller: Caller,
    seen: frozenset[int] | None = None,
    now: datetime,
) -> Activity:
    """Say how many each may bring and who is asked first; who waits already is asked by the new rule from now on.

    `seen` are the versions the caller would change, None for any. Raises NoSuchActivity, NotYourProgramme or
    ActivityChanged.
    """
    activity = find_activity(session, activity_id, caller)
    refuse_unless_running(session, activity, caller)
    lock_programme(session, activity.group_id)
    activity = activity_now(session, activity_id)
    activity.refuse_unless_seen(seen)
    for name, value in edit.model_dump(exclude_unset=True, exclude_none=True).items():
        setattr(activity, name, value)
    activity.version += 1
    ask_next_in(session, lines_in(session, activity.id), now)
    return activity
