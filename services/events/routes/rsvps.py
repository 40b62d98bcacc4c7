from uuid import UUID

from fastapi import Response

from services.events.queries.places import rsvps_to_come
from services.events.routes.dependencies import say_who_may_keep_it
from services.events.schemas.places import RsvpDraft, RsvpList, RsvpView
from services.events.use_cases import rsvp
from shared.web import InTransaction, MemberCaller, Now, router

rsvps = router(tags=["programme"])


@rsvps.put("/occurrences/{occurrence_id}/rsvp")
def answer_rsvp(
    occurrence_id: UUID, draft: RsvpDraft, session: InTransaction, now: Now, caller: MemberCaller
) -> RsvpView:
    """Say whether you are coming."""
    assert caller.member_id is not None
    rsvp.answer_rsvp(session, occurrence_id, caller.member_id, draft.answer, now=now)
    return RsvpView(occurrence_id=occurrence_id, answer=draft.answer)


@rsvps.get("/me/rsvps")
def my_rsvps(response: Response, session: InTransaction, now: Now, caller: MemberCaller) -> RsvpList:
    """What you said about everything that is still to come."""
    say_who_may_keep_it(response, caller)
    answers = rsvps_to_come(session, caller, now)
    return RsvpList(items=[RsvpView.model_validate(each) for each in answers])
