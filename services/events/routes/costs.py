from uuid import UUID

from fastapi import Response

from services.events.models import version_of
from services.events.queries.planning import costs_of, notes_of
from services.events.routes.dependencies import SignedIn, say_who_may_keep_it
from services.events.schemas.planning import BudgetDraft, CostDraft, CostsView, CostView, MonthsView, MonthView
from services.events.use_cases import costs as use_cases
from services.events.use_cases.planning import find_planned
from services.events.use_cases.running import is_running
from shared.web import IfMatch, InTransaction, MemberCaller, Now, router, tag, versions_in

CREATED = 201

costs = router(tags=["planning"])


@costs.get("/occurrences/{occurrence_id}/costs")
def read_costs(occurrence_id: UUID, response: Response, session: InTransaction, caller: MemberCaller) -> CostsView:
    """What an evening may cost and what it did. For the group; whom money is owed to, for them and its hosts."""
    say_who_may_keep_it(response, caller)
    occurrence = find_planned(session, occurrence_id, caller)
    runs = is_running(session, occurrence, caller)
    notes, paid = notes_of(session, occurrence_id), costs_of(session, occurrence_id)
    may_cost = notes.may_cost_pence if notes else None
    tag(response, version_of(may_cost))
    return CostsView(
        may_cost_pence=may_cost,
        cost_pence=sum(each.pence for each in paid),
        items=[CostView.of(each, sees_whom=runs or each.member_id == caller.member_id) for each in paid],
    )


@costs.put("/occurrences/{occurrence_id}/costs/budget")
def set_budget(
    *,
    occurrence_id: UUID,
    draft: BudgetDraft,
    response: Response,
    session: InTransaction,
    caller: SignedIn,
    if_match: IfMatch = None,
) -> BudgetDraft:
    """Say what an evening may cost. For those who run it."""
    use_cases.set_budget(session, occurrence_id, draft.may_cost_pence, caller=caller, seen=versions_in(if_match))
    tag(response, version_of(draft.may_cost_pence))
    return draft


@costs.post("/occurrences/{occurrence_id}/costs", status_code=CREATED)
def add_cost(occurrence_id: UUID, draft: CostDraft, session: InTransaction, now: Now, caller: MemberCaller) -> CostView:
    """Write down what was paid: by you, to be given back, or by the forum."""
    return CostView.of(use_cases.add_cost(session, occurrence_id, draft, caller=caller, now=now), sees_whom=True)


@costs.delete("/costs/{cost_id}", status_code=204)
def remove_cost(cost_id: UUID, session: InTransaction, caller: MemberCaller) -> None:
    """Take a cost away: what you paid yourself, or as one of those who run the evening."""
    use_cases.remove_cost(session, cost_id, caller=caller)


@costs.post("/costs/{cost_id}/given-back", status_code=204)
def give_back(cost_id: UUID, session: InTransaction, caller: MemberCaller) -> None:
    """Say that it was given back. Whom it was owed to is then known no more. For those who run the evening."""
    use_cases.give_back(session, cost_id, caller=caller)


@costs.get("/groups/{group_id}/costs")
def costs_of_group(group_id: UUID, response: Response, session: InTransaction, caller: MemberCaller) -> MonthsView:
    """What the group spent on its evenings, month by month. For the group."""
    say_who_may_keep_it(response, caller)
    months = use_cases.costs_of_group(session, group_id, caller)
    return MonthsView(
        items=[MonthView(month=month, cost_pence=pence, evenings=evenings) for month, pence, evenings in months]
    )
