from uuid import UUID

from fastapi import Response

from services.events.draw_record import DrawRecord
from services.events.models import Opportunity
from services.events.queries import opportunities as queries
from services.events.routes.dependencies import say_who_may_keep_it
from services.events.schemas.opportunities import OpportunityDraft, OpportunityEdit, OpportunityView
from services.events.schemas.replies import OddsView, PeopleView, PersonView, ReceiptView, ReplyDraft, ReplyView
from services.events.use_cases import drawing, odds, replies
from services.events.use_cases import opportunities as use_cases
from shared.auth import Caller
from shared.web import IfMatch, InTransaction, MemberCaller, Now, Page, page_of, router, tag, versions_in

opportunities = router(prefix="/opportunities", tags=["opportunities"])


@opportunities.post("", status_code=201)
def draft_opportunity(
    draft: OpportunityDraft, response: Response, session: InTransaction, caller: MemberCaller
) -> OpportunityView:
    """Begin to ask something of members. For workers; nobody else sees it until it is published."""
    return _view(session, response, use_cases.draft_opportunity(session, draft, caller=caller), caller)


@opportunities.get("")
def list_opportunities(
    *, response: Response, session: InTransaction, caller: MemberCaller, after: str | None = None, limit: int = 50
) -> Page[OpportunityView]:
    """What the programme asks of you, what you run, and for convenors what their groups could hear of; newest last."""
    say_who_may_keep_it(response, caller)
    found, following = page_of(session, queries.opportunities(caller), [Opportunity.id], after=after, limit=limit)
    items = [OpportunityView.of(it, tells_all=queries.tells_all(session, it.id, caller)) for it in found]
    return Page(items=items, next=following)


@opportunities.get("/{opportunity_id}")
def read_opportunity(
    opportunity_id: UUID, response: Response, session: InTransaction, caller: MemberCaller
) -> OpportunityView:
    """All that members need to decide. Its ETag is what to send as If-Match with a change."""
    return _view(session, response, use_cases.find_opportunity(session, opportunity_id, caller), caller)


@opportunities.patch("/{opportunity_id}")
def change_opportunity(
    *,
    opportunity_id: UUID,
    edit: OpportunityEdit,
    response: Response,
    session: InTransaction,
    caller: MemberCaller,
    if_match: IfMatch = None,
) -> OpportunityView:
    """Change a draft. What members have read stays; quotas can be made looser, and prep and debrief told."""
    changed = use_cases.change_opportunity(session, opportunity_id, edit, caller=caller, seen=versions_in(if_match))
    return _view(session, response, changed, caller)


@opportunities.post("/{opportunity_id}/publication")
def publish_opportunity(
    opportunity_id: UUID, response: Response, session: InTransaction, now: Now, caller: MemberCaller
) -> OpportunityView:
    """Ask it. Refused with all that members would not be told."""
    published = use_cases.publish_opportunity(session, opportunity_id, caller=caller, now=now)
    return _view(session, response, published, caller)


@opportunities.put("/{opportunity_id}/groups/{group_id}")
def let_in(
    *,
    opportunity_id: UUID,
    group_id: UUID,
    response: Response,
    session: InTransaction,
    now: Now,
    caller: MemberCaller,
) -> OpportunityView:
    """Let your group hear of it. For convenors, each for their own group."""
    return _view(session, response, use_cases.let_in(session, opportunity_id, group_id, caller=caller, now=now), caller)


@opportunities.get("/{opportunity_id}/people")
def people_with_places(
    opportunity_id: UUID, response: Response, session: InTransaction, caller: MemberCaller
) -> PeopleView:
    """Who has a place, or is asked to take one. For the worker who runs it."""
    say_who_may_keep_it(response, caller)
    use_cases.to_run(session, opportunity_id, caller)
    return PeopleView(items=[PersonView.model_validate(each) for each in queries.holding(session, opportunity_id)])


@opportunities.put("/{opportunity_id}/reply")
def reply(opportunity_id: UUID, draft: ReplyDraft, session: InTransaction, now: Now, caller: MemberCaller) -> ReplyView:
    """Say yes, no or later. A no is remembered, and nobody asks why."""
    said = replies.reply_to_opportunity(session, opportunity_id, draft, caller=caller, now=now)
    return ReplyView.model_validate(said)


@opportunities.get("/{opportunity_id}/reply")
def my_reply(opportunity_id: UUID, response: Response, session: InTransaction, caller: MemberCaller) -> ReplyView:
    """What you said, and what became of it."""
    say_who_may_keep_it(response, caller)
    return ReplyView.model_validate(replies.find_reply(session, opportunity_id, caller))


@opportunities.delete("/{opportunity_id}/reply", status_code=204)
def withdraw(opportunity_id: UUID, session: InTransaction, now: Now, caller: MemberCaller) -> None:
    """Be out of it, before the draw or after it. No reason is asked."""
    replies.withdraw(session, opportunity_id, caller=caller, now=now)


@opportunities.get("/{opportunity_id}/odds")
def read_odds(
    opportunity_id: UUID, response: Response, session: InTransaction, now: Now, caller: MemberCaller
) -> OddsView:
    """Everybody's chance by number, with those who have said yes by now. For those in it and its worker."""
    say_who_may_keep_it(response, caller)
    return odds.odds_of(session, opportunity_id, caller=caller, now=now)


@opportunities.post("/{opportunity_id}/draw", status_code=204)
def draw(opportunity_id: UUID, session: InTransaction, now: Now, caller: MemberCaller) -> None:
    """Draw now instead of at `draws_at`, once nobody can say yes any more. Asked for twice, it is drawn once."""
    drawing.draw_by_hand(session, opportunity_id, caller=caller, now=now)


@opportunities.get("/{opportunity_id}/draw")
def read_record(opportunity_id: UUID, response: Response, session: InTransaction, caller: MemberCaller) -> DrawRecord:
    """All that decided the draw, by number, so that it can be drawn again: `afterhours draw verify`."""
    say_who_may_keep_it(response, caller)
    return odds.record_of(session, opportunity_id, caller=caller)


@opportunities.get("/{opportunity_id}/receipt")
def my_receipt(opportunity_id: UUID, response: Response, session: InTransaction, caller: MemberCaller) -> ReceiptView:
    """What became of your yes, and what your chance was, in plain words."""
    say_who_may_keep_it(response, caller)
    return odds.receipt_of(session, opportunity_id, caller=caller)


def _view(session: InTransaction, response: Response, opportunity: Opportunity, caller: Caller) -> OpportunityView:
    say_who_may_keep_it(response, caller)
    tag(response, opportunity.version)
    return OpportunityView.of(opportunity, tells_all=queries.tells_all(session, opportunity.id, caller))
