from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response
from sqlalchemy.orm import Session

from services.events.models import Poll
from services.events.queries.polls import polls_of, standing_in
from services.events.routes.dependencies import say_who_may_keep_it
from services.events.schemas.poll_activities import MadeView, MakeActivity
from services.events.schemas.polls import OptionDraft, PollDraft, PollView, VoteDraft
from services.events.use_cases import polls as use_cases
from services.events.use_cases.closing_polls import close_poll as close
from services.events.use_cases.poll_activities import make_activity as make
from services.events.use_cases.voting import vote as cast_vote
from shared.auth import Caller
from shared.web import InTransaction, MemberCaller, Now, Page, page_of, router

CREATED = 201

polls = router(prefix="/polls", tags=["polls"])


@polls.get("")
def list_polls(
    *,
    group: UUID | None = None,
    after: str | None = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
    response: Response,
    session: InTransaction,
    now: Now,
    caller: MemberCaller,
) -> Page[PollView]:
    """The polls of your groups, the latest first. Where you do not belong there are none."""
    say_who_may_keep_it(response, caller)
    query = polls_of(caller, group)
    rows, following = page_of(session, query, (Poll.id,), after=after, limit=limit, newest_first=True)
    return Page(items=[_view(session, row, caller, now) for row in rows], next=following)


@polls.post("", status_code=CREATED)
def open_poll(draft: PollDraft, request: Request, session: InTransaction, now: Now, caller: MemberCaller) -> PollView:
    """Ask a group you belong to."""
    opened = use_cases.open_poll(session, draft, caller=caller, zone=request.app.state.timezone, now=now)
    return _view(session, opened, caller, now)


@polls.get("/{poll_id}")
def read_poll(poll_id: UUID, response: Response, session: InTransaction, now: Now, caller: MemberCaller) -> PollView:
    """One poll of your groups."""
    say_who_may_keep_it(response, caller)
    return _view(session, use_cases.find_poll(session, poll_id, caller), caller, now)


@polls.put("/{poll_id}/vote")
def vote(poll_id: UUID, draft: VoteDraft, session: InTransaction, now: Now, caller: MemberCaller) -> PollView:
    """Answer. An open vote may be changed until the poll closes; a secret one is the only one."""
    return _view(session, cast_vote(session, poll_id, draft, caller=caller, now=now), caller, now)


@polls.post("/{poll_id}/options")
def add_option(poll_id: UUID, draft: OptionDraft, session: InTransaction, now: Now, caller: MemberCaller) -> PollView:
    """Give one more to choose from, where the poll lets its voters."""
    return _view(session, use_cases.add_option(session, poll_id, draft, caller=caller, now=now), caller, now)


@polls.post("/{poll_id}/hiding")
def hide_results(poll_id: UUID, session: InTransaction, now: Now, caller: MemberCaller) -> PollView:
    """Show what it comes to when it closes, and not before. There is no way back, and none after the first vote."""
    return _view(session, use_cases.hide_results(session, poll_id, caller=caller, now=now), caller, now)


@polls.post("/{poll_id}/closing")
def close_poll(poll_id: UUID, session: InTransaction, now: Now, caller: MemberCaller) -> PollView:
    """Close it before its time. For who made it and the group's convenors; saying it twice does it once."""
    return _view(session, close(session, poll_id, caller=caller, now=now), caller, now)


@polls.post("/{poll_id}/activity", status_code=CREATED)
def make_activity(
    *, poll_id: UUID, draft: MakeActivity, request: Request, session: InTransaction, now: Now, caller: MemberCaller
) -> MadeView:
    """Make what won. Who said yes to that date has a place on it, the first to have said so first, or is in line."""
    state = request.app.state
    return make(session, poll_id, draft, caller=caller, zone=state.timezone, weeks=state.horizon_weeks, now=now)


def _view(session: Session, poll: Poll, caller: Caller, now: datetime) -> PollView:
    return PollView.of(poll, standing_in(session, poll, caller.member_id, now), caller.member_id, now)
