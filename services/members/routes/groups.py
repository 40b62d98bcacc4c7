from uuid import UUID

from fastapi import Response

from services.members import use_cases
from services.members.models import Group, GroupNote, Member
from services.members.queries.groups import every_group, groups_seen_by, names_of, notes_of, people_in, places_in
from services.members.routes.dependencies import MemberCaller, private
from services.members.schemas.groups import GroupDraft, GroupEdit, GroupView, MyGroup, NoteView, PersonInGroup
from services.members.use_cases import belonging, standing
from services.members.use_cases.groups import describe_group as describe
from shared.errors import Unauthenticated
from shared.web import (
    CurrentCaller,
    IfMatch,
    InTransaction,
    Now,
    Page,
    page_of,
    requires,
    router,
    tag,
    versions_in,
)

OPERATES = "groups:write"

groups = router(prefix="/groups", tags=["groups"], dependencies=[private])
my_groups = router(prefix="/me/groups", tags=["groups"])


@groups.post("", status_code=201, dependencies=[requires(OPERATES)])
def begin_group(draft: GroupDraft, session: InTransaction, now: Now) -> GroupView:
    """Make a group."""
    group = use_cases.begin_group(session, draft.name, draft.visibility, draft.slug, now=now)
    return GroupView.model_validate(group)


@groups.get("")
def list_groups(
    session: InTransaction, caller: CurrentCaller, after: str | None = None, limit: int = 50
) -> Page[GroupView]:
    """The groups that the caller may know of. All hidden ones are listed for the operator alone, who makes them."""
    operates = caller is not None and caller.scope == OPERATES
    query = every_group() if operates else groups_seen_by(caller.member_id if caller else None)
    found, following = page_of(session, query, [Group.slug], after=after, limit=limit)
    return Page(items=[GroupView.model_validate(group) for group in found], next=following)


@groups.get("/{group_id}")
def read_group(group_id: UUID, response: Response, session: InTransaction, caller: CurrentCaller) -> GroupView:
    """One group. Its ETag is what to send as If-Match with a change."""
    return _view(response, standing.look(session, group_id, caller).group)


@groups.patch("/{group_id}")
def describe_group(
    *,
    group_id: UUID,
    edit: GroupEdit,
    response: Response,
    session: InTransaction,
    now: Now,
    caller: MemberCaller,
    if_match: IfMatch = None,
) -> GroupView:
    """Say anew what it is called, who knows of it and how it lets people in. For its convenors."""
    group = describe(session, group_id, edit, caller=caller, seen=versions_in(if_match), now=now)
    return _view(response, group)


@groups.post("/{group_id}/members", status_code=201)
def join_group(group_id: UUID, session: InTransaction, now: Now, caller: MemberCaller) -> MyGroup:
    """Come into a group that is open to all."""
    group, place = belonging.join_group(session, group_id, caller, now=now)
    return MyGroup.of(group, place)


@groups.get("/{group_id}/members")
def list_people(
    group_id: UUID, session: InTransaction, caller: MemberCaller, after: str | None = None, limit: int = 50
) -> Page[PersonInGroup]:
    """Who is in the group, for its members."""
    standing.look(session, group_id, caller).refuse_strangers()
    people, following = page_of(session, people_in(group_id), [Member.id], after=after, limit=limit)
    places = places_in(session, group_id, [person.id for person in people])
    items = [PersonInGroup.of(person, places[person.id]) for person in people]
    return Page(items=items, next=following)


@groups.get("/{group_id}/log")
def read_log(
    group_id: UUID, session: InTransaction, caller: MemberCaller, after: str | None = None, limit: int = 50
) -> Page[NoteView]:
    """What workers did in the group and what changed for all, oldest first, for its members."""
    standing.look(session, group_id, caller).refuse_strangers()
    notes, following = page_of(session, notes_of(group_id), [GroupNote.id], after=after, limit=limit)
    names = names_of(session, {who for note in notes for who in (note.member_id, note.by) if who})
    return Page(items=[NoteView.of(note, names) for note in notes], next=following)


@my_groups.delete("/{group_id}", status_code=204)
def leave_group(group_id: UUID, session: InTransaction, now: Now, caller: MemberCaller) -> None:
    """Leave, at once. Nobody is asked, no reason is given, and it always works."""
    if caller.member_id is None:
        raise Unauthenticated
    belonging.leave_group(session, group_id, caller.member_id, now=now)


def _view(response: Response, group: Group) -> GroupView:
    tag(response, group.version)
    return GroupView.model_validate(group)
