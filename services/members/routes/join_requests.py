from uuid import UUID

from services.members.models import JoinRequest
from services.members.queries.groups import names_of, requests_in, requests_of
from services.members.routes.dependencies import MemberCaller, private
from services.members.schemas.groups import MyRequest, MyRequests, RequestAnswer, RequestView
from services.members.use_cases import join_requests as asking
from services.members.use_cases import standing
from shared.errors import Unauthenticated
from shared.web import InTransaction, Now, Page, page_of, router

join_requests = router(prefix="/groups/{group_id}/requests", tags=["asking to join"])
my_requests = router(prefix="/me/requests", tags=["asking to join"])


@join_requests.post("", status_code=204)
def ask_to_join(group_id: UUID, session: InTransaction, now: Now, caller: MemberCaller) -> None:
    """Ask to join. Who belongs already need not, and is told the same."""
    asking.ask_to_join(session, group_id, caller=caller, now=now)


@join_requests.get("", dependencies=[private])
def list_requests(
    group_id: UUID, session: InTransaction, caller: MemberCaller, after: str | None = None, limit: int = 50
) -> Page[RequestView]:
    """Who asks to join, for convenors."""
    standing.look(session, group_id, caller).refuse_all_but_convenors()
    found, following = page_of(session, requests_in(group_id), [JoinRequest.member_id], after=after, limit=limit)
    names = names_of(session, [each.member_id for each in found])
    items = [
        RequestView(member_id=each.member_id, name=names[each.member_id], asked_at=each.asked_at) for each in found
    ]
    return Page(items=items, next=following)


@join_requests.post("/{member_id}/answer", status_code=204)
def answer_request(
    group_id: UUID, member_id: UUID, answer: RequestAnswer, session: InTransaction, *, now: Now, caller: MemberCaller
) -> None:
    """Let somebody in who asks, or not. Where the group votes on it, it is decided by the votes."""
    asking.answer_request(session, group_id, member_id, admit=answer.admit, caller=caller, now=now)


@my_requests.get("", dependencies=[private])
def my_own(session: InTransaction, caller: MemberCaller) -> MyRequests:
    """What I asked and nobody has answered."""
    found = requests_of(session, _me(caller))
    return MyRequests(items=[MyRequest.model_validate(each) for each in found])


@my_requests.delete("/{group_id}", status_code=204)
def withdraw_request(group_id: UUID, session: InTransaction, caller: MemberCaller) -> None:
    """Ask no more. It always works."""
    asking.withdraw_request(session, group_id, _me(caller))


def _me(caller: MemberCaller) -> UUID:
    if caller.member_id is None:
        raise Unauthenticated
    return caller.member_id
