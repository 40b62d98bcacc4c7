from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy.orm import Session

from services.events.models import Idea
from services.events.queries.ideas import ideas_of, supported_by
from services.events.routes.dependencies import say_who_may_keep_it
from services.events.schemas.ideas import (
    BecameActivity,
    IdeaDraft,
    IdeaView,
    IdeaWords,
    Retirement,
    SimilarIdeas,
    Withdrawal,
)
from services.events.use_cases import ideas as use_cases
from shared.auth import Caller
from shared.web import InTransaction, MemberCaller, Now, Page, page_of, router

CREATED = 201

ideas = router(prefix="/ideas", tags=["ideas"])


@ideas.get("")
def list_ideas(
    *,
    group: UUID | None = None,
    after: str | None = None,
    limit: Annotated[int, Query(ge=1)] = 50,
    response: Response,
    session: InTransaction,
    caller: MemberCaller,
) -> Page[IdeaView]:
    """The ideas of your groups, the latest first. Where you do not belong there are none."""
    say_who_may_keep_it(response, caller)
    query = ideas_of(caller, group)
    rows, following = page_of(session, query, (Idea.id,), after=after, limit=limit, newest_first=True)
    return Page(items=_views(session, rows, caller), next=following)


@ideas.post("", status_code=CREATED)
def write_idea(draft: IdeaDraft, session: InTransaction, now: Now, caller: MemberCaller) -> IdeaView:
    """Write an idea down for a group you belong to. You alone see it until you post it."""
    written = use_cases.write_idea(session, draft.group_id, draft.words, caller=caller, now=now)
    return _view(session, written, caller)


@ideas.get("/{idea_id}")
def read_idea(idea_id: UUID, response: Response, session: InTransaction, caller: MemberCaller) -> IdeaView:
    """One idea of your groups."""
    say_who_may_keep_it(response, caller)
    return _view(session, use_cases.find_idea(session, idea_id, caller), caller)


@ideas.put("/{idea_id}/words")
def reword_idea(idea_id: UUID, said: IdeaWords, session: InTransaction, caller: MemberCaller) -> IdeaView:
    """Say your draft in other words. What is posted stays as others read it."""
    return _view(session, use_cases.reword_idea(session, idea_id, said.words, caller=caller), caller)


@ideas.get("/{idea_id}/similar")
def similar_ideas(idea_id: UUID, response: Response, session: InTransaction, caller: MemberCaller) -> SimilarIdeas:
    """Open ideas like this one, to be looked at before it is posted."""
    say_who_may_keep_it(response, caller)
    return SimilarIdeas(items=_views(session, use_cases.find_similar(session, idea_id, caller), caller))


@ideas.post("/{idea_id}/posting")
def post_idea(idea_id: UUID, session: InTransaction, caller: MemberCaller) -> IdeaView:
    """Show your draft to the group."""
    return _view(session, use_cases.post_idea(session, idea_id, caller=caller), caller)


@ideas.put("/{idea_id}/support")
def support_idea(idea_id: UUID, session: InTransaction, caller: MemberCaller) -> IdeaView:
    """Say that you would like it. It is counted, and nobody is shown that it was you."""
    return _view(session, use_cases.support_idea(session, idea_id, caller=caller), caller)


@ideas.delete("/{idea_id}/support", status_code=204)
def take_support_back(idea_id: UUID, session: InTransaction, caller: MemberCaller) -> None:
    """Be counted no more."""
    use_cases.take_support_back(session, idea_id, caller=caller)


@ideas.post("/{idea_id}/withdrawal")
def withdraw_idea(idea_id: UUID, said: Withdrawal, session: InTransaction, caller: MemberCaller) -> IdeaView:
    """Take your idea back. Those who supported it are shown why."""
    return _view(session, use_cases.withdraw_idea(session, idea_id, said.ending, said.why, caller=caller), caller)


@ideas.post("/{idea_id}/retirement")
def retire_idea(idea_id: UUID, said: Retirement, session: InTransaction, caller: MemberCaller) -> IdeaView:
    """End an idea, and say why. For convenors of the group."""
    return _view(session, use_cases.retire_idea(session, idea_id, said.ending, said.why, caller=caller), caller)


@ideas.put("/{idea_id}/activity")
def link_to_activity(idea_id: UUID, said: BecameActivity, session: InTransaction, caller: MemberCaller) -> IdeaView:
    """Say which activity it became. For those who run that one."""
    return _view(session, use_cases.link_to_activity(session, idea_id, said.activity_id, caller=caller), caller)


def _view(session: Session, idea: Idea, caller: Caller) -> IdeaView:
    return _views(session, [idea], caller)[0]


def _views(session: Session, found: list[Idea], caller: Caller) -> list[IdeaView]:
    supported = supported_by(session, caller, found)
    return [IdeaView.of(each, caller.member_id, supported) for each in found]
