from uuid import UUID

from fastapi import Request, Response

from services.events.routes.dependencies import SignedIn, say_who_may_keep_it
from services.events.schemas.activities import ActivityCopy, ActivityDraft, ActivityView
from services.events.schemas.series import ActivityPreview, SeriesChange, SeriesEdit
from services.events.use_cases import activities as use_cases
from services.events.use_cases import series
from shared.web import CurrentCaller, IfMatch, InTransaction, MemberCaller, Now, router, tag, versions_in

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


@activities.post("/preview")
def preview_activity(
    draft: ActivityDraft, request: Request, session: InTransaction, now: Now, caller: MemberCaller
) -> ActivityPreview:
    """What beginning this would make: how many dates, and which of them fall on special days. Nothing is written."""
    state = request.app.state
    return use_cases.preview_activity(
        session,
        draft,
        caller=caller,
        zone=state.timezone,
        weeks=state.horizon_weeks,
        holidays=state.bank_holidays,
        now=now,
    )


@activities.post("/{activity_id}/copies", status_code=CREATED)
def copy_activity(
    *, activity_id: UUID, copy: ActivityCopy, request: Request, session: InTransaction, now: Now, caller: MemberCaller
) -> ActivityView:
    """Begin something like this in the same group. You are then its host; this one stays as it is."""
    state = request.app.state
    begun = use_cases.copy_activity(
        session, activity_id, copy, caller=caller, zone=state.timezone, weeks=state.horizon_weeks, now=now
    )
    return ActivityView.of(begun)


@activities.patch("/{activity_id}")
def change_series(
    *,
    activity_id: UUID,
    edit: SeriesEdit,
    request: Request,
    session: InTransaction,
    now: Now,
    caller: SignedIn,
    preview: bool = False,
    if_match: IfMatch = None,
) -> SeriesChange:
    """Change a date and those after it, or all to come; with `preview`, only say what that would do.

    For its hosts, the group's convenors and the operator. One date alone is changed as an occurrence.
    """
    state = request.app.state
    return series.change_series(
        session,
        activity_id,
        edit,
        caller=caller,
        seen=versions_in(if_match),
        preview=preview,
        zone=state.timezone,
        weeks=state.horizon_weeks,
        now=now,
    )


@activities.get("/{activity_id}")
def read_activity(activity_id: UUID, response: Response, session: InTransaction, caller: CurrentCaller) -> ActivityView:
    """An activity: what it is, and what its dates follow. Its ETag is what to send as If-Match with a change."""
    say_who_may_keep_it(response, caller)
    activity = use_cases.find_activity(session, activity_id, caller)
    tag(response, activity.version)
    return ActivityView.of(activity)
