"""What somebody is told of a draw: the odds before it, its record and their own receipt after it."""

from datetime import datetime
from fractions import Fraction
from uuid import UUID

from sqlalchemy.orm import Session

from services.events.draw import Draw
from services.events.draw_receipt import nth, receipt
from services.events.draw_record import DrawRecord
from services.events.errors.opportunities import NothingDrawn
from services.events.models import HeldDraw, Opportunity, OpportunityReply, Standing
from services.events.queries.opportunities import is_run_by, reply_of, yeses
from services.events.schemas.opportunities import Facts
from services.events.schemas.replies import Chance, OddsView, ReceiptView
from services.events.use_cases.drawing import candidates_of
from services.events.use_cases.opportunities import find_opportunity
from shared.auth import Caller

BECAME = {
    Standing.PLACE: "You were drawn: the place is yours, and you can give it back at any moment.",
    Standing.ASKED: "A place came free, and is held for you: say yes or no.",
}


def odds_of(session: Session, opportunity_id: UUID, *, caller: Caller, now: datetime) -> OddsView:
    """Everybody's chance by number, with those who have said yes by now. For those in it and its worker.

    Raises NoSuchOpportunity, NothingDrawn, NobodyToDraw or QuotasImpossible.
    """
    opportunity, mine = _in_it(session, opportunity_id, caller)
    facts = Facts.model_validate(opportunity.facts)
    if facts.places is None or opportunity.drawn_at is not None:
        raise NothingDrawn("There are odds only before a draw. After it, look at its record and your receipt.")
    everybody = candidates_of(session, yeses(session, opportunity_id), now)
    odds = Draw(everybody, facts.places, facts.quotas).odds
    yours = mine.number if mine else None
    return OddsView(yours=yours, chances=[Chance.of(number, chance) for number, chance in odds.items()])


def record_of(session: Session, opportunity_id: UUID, *, caller: Caller) -> DrawRecord:
    """All that decided a draw, by number, for those in it and its worker. Raises NoSuchOpportunity, NothingDrawn."""
    _in_it(session, opportunity_id, caller)
    held = session.get(HeldDraw, opportunity_id)
    if held is None:
        raise NothingDrawn("The record is there from the draw on, for thirty days.")
    return DrawRecord.model_validate(held.record)


def receipt_of(session: Session, opportunity_id: UUID, *, caller: Caller) -> ReceiptView:
    """What became of the caller's yes. Raises NoSuchOpportunity or NothingDrawn."""
    opportunity, mine = _in_it(session, opportunity_id, caller)
    if mine is None or mine.chance is None or opportunity.wanted is None:
        raise NothingDrawn("There is a receipt once it was drawn, for everybody who was in it.")
    facts = Facts.model_validate(opportunity.facts)
    if mine.conflict:
        return ReceiptView.of(mine, "You stated a conflict of interest, so you were not in this draw.")
    words = receipt(
        wanted=opportunity.wanted,
        places=facts.places or 0,
        quotas=facts.quotas,
        turns=mine.turns or 0,
        chance=Fraction(mine.chance),
        became=_became(mine),
    )
    return ReceiptView.of(mine, words)


def _in_it(session: Session, opportunity_id: UUID, caller: Caller) -> tuple[Opportunity, OpportunityReply | None]:
    """The opportunity, and what the caller said; raises NothingDrawn for who neither said yes nor runs it."""
    opportunity = find_opportunity(session, opportunity_id, caller)
    assert caller.member_id is not None
    mine = reply_of(session, opportunity_id, caller.member_id)
    if (mine is None or mine.number is None) and not is_run_by(session, opportunity_id, caller):
        raise NothingDrawn("This is for those who said yes.")
    return opportunity, mine


def _became(mine: OpportunityReply) -> str:
    if mine.standing is None:
        return "A place was held for you for three days, and then went to the next reserve."
    if mine.standing in BECAME:
        return BECAME[Standing(mine.standing)]
    return f"You were not drawn; you are the {nth(mine.reserve or 0)} reserve."
