from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy.orm import Session

from services.events.models import Occurrence, version_of
from services.events.queries import roles as queries
from services.events.routes.dependencies import SignedIn, say_who_may_keep_it
from services.events.schemas.roles import (
    CoverDraft,
    CoverView,
    Kind,
    MyRole,
    MyRoles,
    RolesDraft,
    RolesOfDateDraft,
    RolesOfDateView,
    RolesView,
    RoleTake,
    Wishes,
)
from services.events.use_cases import role_needs
from services.events.use_cases import roles as use_cases
from services.events.use_cases.activities import find_activity
from services.events.use_cases.cover import seek_cover
from services.events.use_cases.programme import find_occurrence
from shared.auth import Caller
from shared.web import CurrentCaller, IfMatch, InTransaction, MemberCaller, Now, router, tag, versions_in

roles = router(tags=["roles"])
OneKind = Annotated[Kind | None, Query()]


@roles.get("/activities/{activity_id}/roles")
def read_roles(activity_id: UUID, response: Response, session: InTransaction, caller: CurrentCaller) -> RolesView:
    """The roles that every date of an activity needs. The ETag is what to send as If-Match with a change."""
    say_who_may_keep_it(response, caller)
    needs = find_activity(session, activity_id, caller).roles
    tag(response, version_of(needs))
    return RolesView.of(needs)


@roles.put("/activities/{activity_id}/roles")
def set_roles(
    *,
    activity_id: UUID,
    draft: RolesDraft,
    response: Response,
    session: InTransaction,
    now: Now,
    caller: SignedIn,
    if_match: IfMatch = None,
) -> RolesView:
    """Say which roles every date of an activity needs. For those who run it."""
    seen = versions_in(if_match)
    activity = role_needs.set_roles(session, activity_id, draft.needs, caller=caller, seen=seen, now=now)
    tag(response, version_of(activity.roles))
    return RolesView.of(activity.roles)


@roles.get("/occurrences/{occurrence_id}/roles")
def read_roles_of_date(
    occurrence_id: UUID, response: Response, session: InTransaction, caller: CurrentCaller
) -> RolesOfDateView:
    """The roles at an occurrence: how many are needed, and how many have taken each."""
    say_who_may_keep_it(response, caller)
    return _view(response, session, find_occurrence(session, occurrence_id, caller), caller)


@roles.put("/occurrences/{occurrence_id}/roles")
def set_roles_of_date(
    *,
    occurrence_id: UUID,
    draft: RolesOfDateDraft,
    response: Response,
    session: InTransaction,
    now: Now,
    caller: SignedIn,
    if_match: IfMatch = None,
) -> RolesOfDateView:
    """Say which roles this date needs, where it differs from the others. For those who run it."""
    seen = versions_in(if_match)
    changed = role_needs.set_roles_of_date(session, occurrence_id, draft.needs, caller=caller, seen=seen, now=now)
    return _view(response, session, changed, caller)


@roles.put("/occurrences/{occurrence_id}/roles/mine")
def take_role(
    *,
    occurrence_id: UUID,
    take: RoleTake,
    response: Response,
    session: InTransaction,
    now: Now,
    caller: MemberCaller,
) -> RolesOfDateView:
    """Take a role. You are then coming, if you had not said so."""
    return _view(response, session, use_cases.take_role(session, occurrence_id, take, caller=caller, now=now), caller)


@roles.delete("/occurrences/{occurrence_id}/roles/mine")
def step_down(
    *,
    occurrence_id: UUID,
    kind: OneKind = None,
    response: Response,
    session: InTransaction,
    now: Now,
    caller: MemberCaller,
) -> RolesOfDateView:
    """Give a role back, or all you have here. Nobody asks why, and you are still coming."""
    return _view(response, session, use_cases.step_down(session, occurrence_id, kind, caller=caller, now=now), caller)


@roles.post("/occurrences/{occurrence_id}/roles/cover")
def look_for_cover(
    occurrence_id: UUID, draft: CoverDraft, session: InTransaction, now: Now, caller: SignedIn
) -> CoverView:
    """Have those asked who wished to be asked for this role, a few at a time. For those who run it."""
    return CoverView(asking=seek_cover(session, occurrence_id, draft.kind, caller=caller, now=now))


@roles.delete("/occurrences/{occurrence_id}/roles/asked", status_code=204)
def decline(
    *, occurrence_id: UUID, kind: OneKind = None, session: InTransaction, now: Now, caller: MemberCaller
) -> None:
    """Not this time. The next is asked, and nobody keeps that you said no."""
    use_cases.decline(session, occurrence_id, kind, caller=caller, now=now)


@roles.get("/me/roles")
def my_roles(response: Response, session: InTransaction, now: Now, caller: MemberCaller) -> MyRoles:
    """What you do, what you are asked for just now, and what you wish to be asked for."""
    say_who_may_keep_it(response, caller)
    assert caller.member_id is not None
    return MyRoles(
        ask_me_for=list(queries.wishes_of(session, caller.member_id)),
        items=[MyRole(occurrence_id=each, kind=kind) for each, kind in queries.roles_to_come(session, caller, now)],
        asked=[MyRole(occurrence_id=each, kind=kind) for each, kind in queries.asked_of(session, caller, now)],
    )


@roles.put("/me/roles")
def wish_to_be_asked(wishes: Wishes, session: InTransaction, caller: MemberCaller) -> Wishes:
    """Say for which kinds of role you wish to be asked when somebody is missing. Nobody is asked unasked."""
    use_cases.wish_to_be_asked(session, wishes.ask_me_for, caller=caller)
    return wishes


def _view(response: Response, session: Session, occurrence: Occurrence, caller: Caller | None) -> RolesOfDateView:
    needs = queries.needs_of(session, occurrence)
    tag(response, version_of(needs))
    return RolesOfDateView.of(
        needs,
        queries.helpers_at(session, occurrence.id),
        [cover.kind for cover in queries.covers_at(session, occurrence.id)],
        caller.member_id if caller else None,
    )
