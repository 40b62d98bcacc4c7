from uuid import UUID

from fastapi import Response

from services.events.routes.dependencies import SignedIn, say_who_may_keep_it
from services.events.schemas.hosts import OnCallList
from services.events.use_cases import on_call as use_cases
from shared.web import InTransaction, MemberCaller, Now, router

NO_CONTENT = 204

on_call = router(prefix="/occurrences/{occurrence_id}/on-call", tags=["programme"])


@on_call.get("")
def who_is_on_call(occurrence_id: UUID, response: Response, session: InTransaction, caller: SignedIn) -> OnCallList:
    """Whom to turn to if the door is locked, for those going. Never a number: a front end shows the name they chose."""
    say_who_may_keep_it(response, caller)
    return OnCallList(member_ids=list(use_cases.who_is_on_call(session, occurrence_id, caller=caller)))


@on_call.put("/me", status_code=NO_CONTENT)
def go_on_call(occurrence_id: UUID, session: InTransaction, now: Now, caller: MemberCaller) -> None:
    """Say that those going may turn to you. You can only say it for yourself."""
    assert caller.member_id is not None
    use_cases.go_on_call(session, occurrence_id, caller.member_id, caller=caller, now=now)


@on_call.delete("/me", status_code=NO_CONTENT)
def go_off_call(occurrence_id: UUID, session: InTransaction, caller: MemberCaller) -> None:
    """Be turned to no more."""
    assert caller.member_id is not None
    use_cases.go_off_call(session, occurrence_id, caller.member_id, caller=caller)
