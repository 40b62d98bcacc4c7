from services.members import use_cases
from services.members.models import Group
from services.members.queries import listed_groups
from services.members.schemas import GroupDraft, GroupView
from shared.web import CurrentCaller, InTransaction, Now, Page, page_of, requires, router

OPERATES = "groups:write"

groups = router(prefix="/groups", tags=["groups"])


@groups.post("", status_code=201, dependencies=[requires(OPERATES)])
def begin_group(draft: GroupDraft, session: InTransaction, now: Now) -> GroupView:
    """Make a group."""
    group = use_cases.begin_group(session, draft.name, draft.visibility, draft.slug, now=now)
    return GroupView.model_validate(group, from_attributes=True)


@groups.get("")
def list_groups(
    session: InTransaction, caller: CurrentCaller, after: str | None = None, limit: int = 50
) -> Page[GroupView]:
    """The groups that anybody may know of. Hidden ones are listed for the operator alone, who makes them."""
    query = listed_groups(hidden=caller is not None and caller.scope == OPERATES)
    found, following = page_of(session, query, [Group.slug], after=after, limit=limit)
    return Page(items=[GroupView.model_validate(group, from_attributes=True) for group in found], next=following)
