from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import Response

from services.events.queries.attendance import names_shown, visits_of
from services.events.routes.dependencies import SignedIn, say_who_may_keep_it
from services.events.schemas.attendance import Attendance, ComingView, Visit, VisitList
from services.events.use_cases.attendance import count_attendance
from services.events.use_cases.programme import find_occurrence
from shared.web import CurrentCaller, InTransaction, MemberCaller, Now, router

attendance = router(tags=["programme"])


@attendance.get("/occurrences/{occurrence_id}/coming")
def who_is_coming(occurrence_id: UUID, response: Response, session: InTransaction, caller: CurrentCaller) -> ComingView:
    """How many come. Names are for those who come as well, of those who wished to be seen."""
    say_who_may_keep_it(response, caller)
    found = find_occurrence(session, occurrence_id, caller)
    member = caller.member_id if caller else None
    names = names_shown(session, occurrence_id, member) if member else []
    return ComingView(going=found.going, came=found.came, names=list(names))


@attendance.put("/occurrences/{occurrence_id}/attendance")
def say_how_many_came(
    occurrence_id: UUID, draft: Attendance, session: InTransaction, now: Now, caller: SignedIn
) -> Attendance:
    """Count how many came: one number, and nobody's name. For those who run it."""
    counted = count_attendance(session, occurrence_id, draft.came, caller=caller, now=now)
    return Attendance(came=counted.came or 0)


@attendance.get("/me/visits")
def my_visits(response: Response, session: InTransaction, now: Now, caller: MemberCaller) -> VisitList:
    """What you said yes to in the last thirty days, for you alone."""
    say_who_may_keep_it(response, caller)
    visits = [
        Visit(
            occurrence_id=each.id,
            title=each.title,
            place=each.place,
            starts=each.starts_at.astimezone(ZoneInfo(each.timezone)),
        )
        for each in visits_of(session, caller, now)
    ]
    return VisitList(items=visits)
