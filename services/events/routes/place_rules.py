from uuid import UUID

from fastapi import Response

from services.events.models import Activity
from services.events.routes.dependencies import SignedIn, say_who_may_keep_it
from services.events.schemas.place_rules import PlaceRulesEdit, PlaceRulesView
from services.events.use_cases.activities import find_activity
from services.events.use_cases.place_rules import change_place_rules
from shared.web import CurrentCaller, IfMatch, InTransaction, Now, router, tag, versions_in

place_rules = router(prefix="/activities/{activity_id}/places", tags=["programme"])


@place_rules.get("")
def read_place_rules(
    activity_id: UUID, response: Response, session: InTransaction, caller: CurrentCaller
) -> PlaceRulesView:
    """How places at an activity are given, to be known before asking for one."""
    say_who_may_keep_it(response, caller)
    return _view(response, find_activity(session, activity_id, caller))


@place_rules.patch("")
def edit_place_rules(
    *,
    activity_id: UUID,
    edit: PlaceRulesEdit,
    response: Response,
    session: InTransaction,
    now: Now,
    caller: SignedIn,
    if_match: IfMatch = None,
) -> PlaceRulesView:
    """Say how many each may bring, and who is asked when a place comes free. For those who run the activity."""
    changed = change_place_rules(session, activity_id, edit, caller=caller, seen=versions_in(if_match), now=now)
    return _view(response, changed)


def _view(response: Response, activity: Activity) -> PlaceRulesView:
    tag(response, activity.version)
    return PlaceRulesView.model_validate(activity)
