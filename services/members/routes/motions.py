from uuid import UUID

from services.members.models import Motion
from services.members.queries.groups import motions_in
from services.members.routes.dependencies import MemberCaller, private
from services.members.schemas.groups import MotionDraft, MotionView, VoteDraft
from services.members.use_cases import motions as deciding
from services.members.use_cases import standing
from shared.web import InTransaction, Now, Page, page_of, router

motions = router(prefix="/groups/{group_id}/motions", tags=["motions"], dependencies=[private])


@motions.post("", status_code=201)
def raise_motion(
    group_id: UUID, draft: MotionDraft, session: InTransaction, *, now: Now, caller: MemberCaller
) -> MotionView:
    """Have the group elect a convenor or stand one down, by vote."""
    motion = deciding.raise_motion(session, group_id, draft.kind, draft.about_member, caller=caller, now=now)
    return deciding.shown(session, [motion], caller)[0]


@motions.get("")
def list_motions(
    group_id: UUID, session: InTransaction, caller: MemberCaller, after: str | None = None, limit: int = 50
) -> Page[MotionView]:
    """What the group is deciding and has decided, for its members: the newest first."""
    standing.look(session, group_id, caller).refuse_strangers()
    found, following = page_of(session, motions_in(group_id), [Motion.id], after=after, limit=limit, newest_first=True)
    return Page(items=deciding.shown(session, found, caller), next=following)


@motions.put("/{motion_id}/vote")
def vote(
    group_id: UUID, motion_id: UUID, draft: VoteDraft, session: InTransaction, *, now: Now, caller: MemberCaller
) -> MotionView:
    """Say yes or no, or say it anew. Nobody is shown what somebody said, and it is forgotten once it is decided."""
    motion = deciding.vote(session, group_id, motion_id, yes=draft.yes, caller=caller, now=now)
    return deciding.shown(session, [motion], caller)[0]
