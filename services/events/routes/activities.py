from uuid import UUID

from fastapi import Request, Response

from services.events.routes.dependencies import say_who_may_keep_it
from services.events.schemas.activities import ActivityDraft, ActivityView
from services.events.use_cases import activities as use_cases
from shared.web import CurrentCaller, InTransaction, MemberCaller, Now, router

CREATED = 201

activities = router(prefix="/activities", tags=["programme"])


@activities.post("", status_code=CREATED)
def begin_activity(
    draft: ActivityDraft, request: Request, session: InTransaction, now: Now, caller: MemberCaller
) -> ActivityView:
    """Begin something in a group you belong to, once or again and again. You are then its host."""
    state = request.app.state
    begun = use_cases.begin_activity(
        session, draft, caller=caller, zone=state.timezone, weeks=state.horizon_weeks, now=now
    )
    return ActivityView.of(begun)


@activities.get("/{activity_id}")
def read_activity(activity_id: UUID, response: Response, session: InTransaction, caller: CurrentCaller) -> ActivityView:
    """An activity: what it is, and what its dates follow."""
    say_who_may_keep_it(response, caller)
    return ActivityView.of(use_cases.find_activity(session, activity_id, caller))
