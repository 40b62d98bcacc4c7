from uuid import UUID

from fastapi import Response

from services.events.queries.line import waiting_for
from services.events.queries.places import rsvps_to_come
from services.events.routes.dependencies import say_who_may_keep_it
from services.events.schemas.places import RsvpDraft, RsvpList, RsvpView, WaitingDraft, WaitingView
from services.events.use_cases import rsvp, waiting
from shared.web import InTransaction, MemberCaller, Now, router

rsvps = router(tags=["programme"])


@rsvps.put("/occurrences/{occurrence_id}/rsvp")
def answer_rsvp(
    occurrence_id: UUID, draft: RsvpDraft, session: InTransaction, now: Now, caller: MemberCaller
) -> RsvpView:
    """Say whether you are coming, and with whom. To who waits for a place, yes takes the one they are offered."""
    assert caller.member_id is not None
    kept = rsvp.answer_rsvp(
        session,
        occurrence_id,
        caller.member_id,
        draft.answer,
        others=draft.others,
        shown_as=draft.shown_as,
        now=now,
    )
    return RsvpView.model_validate(kept)


@rsvps.get("/me/rsvps")
def my_rsvps(response: Response, session: InTransaction, now: Now, caller: MemberCaller) -> RsvpList:
    """What you said about everything that is still to come, and what you wait for."""
    say_who_may_keep_it(response, caller)
    answers = rsvps_to_come(session, caller, now)
    return RsvpList(
        items=[RsvpView.model_validate(each) for each in answers],
        waiting=[WaitingView.of(*each) for each in waiting_for(session, caller, now)],
    )


@rsvps.put("/occurrences/{occurrence_id}/waiting")
def wait_for_place(
    occurrence_id: UUID, draft: WaitingDraft, session: InTransaction, now: Now, caller: MemberCaller
) -> WaitingView:
    """Wait in the line for places that come free. The answer says where you stand and what will happen."""
    assert caller.member_id is not None
    return WaitingView.of(*waiting.wait_for_place(session, occurrence_id, caller.member_id, draft.others, now=now))


@rsvps.delete("/occurrences/{occurrence_id}/waiting", status_code=204)
def leave_line(occurrence_id: UUID, session: InTransaction, now: Now, caller: MemberCaller) -> None:
    """Wait no more. A place that is held for you goes to the next in line."""
    assert caller.member_id is not None
    waiting.leave_line(session, occurrence_id, caller.member_id, now=now)
