from datetime import date
from uuid import UUID

from fastapi import Response

from services.events.routes.dependencies import SignedIn, say_who_may_keep_it
from services.events.schemas.closed_dates import ClosedDateDraft, ClosedDates, ClosedDateView
from services.events.schemas.series import DayView
from services.events.use_cases import closed_dates as use_cases
from shared.web import CurrentCaller, InTransaction, Now, router

NO_CONTENT = 204

closed_dates = router(prefix="/groups/{group_id}/closed-dates", tags=["programme"])


@closed_dates.get("")
def list_closed_dates(group_id: UUID, response: Response, session: InTransaction, caller: CurrentCaller) -> ClosedDates:
    """The days on which the group does nothing, and why."""
    say_who_may_keep_it(response, caller)
    closed = use_cases.list_closed_dates(session, group_id, caller)
    return ClosedDates(items=[DayView(day=day, why=why) for day, why in closed.items()])


@closed_dates.put("/{day}")
def close_date(
    *, group_id: UUID, day: date, draft: ClosedDateDraft, session: InTransaction, now: Now, caller: SignedIn
) -> ClosedDateView:
    """Do nothing on this day: what is on is called off, and no rule makes anything on it.

    For those who host something in the group, its convenors and the operator.
    """
    called_off = use_cases.close_date(session, group_id, day, draft.why, caller=caller, now=now)
    return ClosedDateView(day=day, why=draft.why, called_off=called_off)


@closed_dates.delete("/{day}", status_code=NO_CONTENT)
def open_date(group_id: UUID, day: date, session: InTransaction, caller: SignedIn) -> None:
    """Let things be on again on this day. What was called off stays so until somebody brings it back."""
    use_cases.open_date(session, group_id, day, caller=caller)
