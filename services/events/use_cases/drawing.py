"""Drawing places, once, and asking the reserves when a place comes free. The opportunity's row is the lock."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from services.events.draw import Candidate, replacement
from services.events.draw_record import DrawRecord
from services.events.errors.opportunities import DrawNotYet, NothingDrawn
from services.events.models import HeldDraw, Opportunity, OpportunityReply, Reply, Standing, Turn
from services.events.queries.opportunities import HOLDING, locked_opportunity, turns_lately, yeses
from services.events.schemas.opportunities import Facts, How
from services.events.use_cases.opportunities import to_run
from shared.auth import Caller
from shared.contracts.events import PlaceDrawn, ReserveAsked
from shared.messaging import publish

RESERVES_HAVE = timedelta(days=3)


def draw_by_hand(session: Session, opportunity_id: UUID, *, caller: Caller, now: datetime) -> None:
    """Draw as the worker who runs it, once the time to answer is over.

    Raises NoSuchOpportunity, WorkersOnly, DrawNotYet, NothingDrawn, NobodyToDraw or QuotasImpossible.
    """
    opportunity = to_run(session, opportunity_id, caller)
    if now < opportunity.closes_at:
        raise DrawNotYet("Draw when the time to say yes is over.")
    draw_places(session, opportunity_id, now)


def draw_places(session: Session, opportunity_id: UUID, now: datetime) -> None:
    """Draw; of two that draw at once, the second finds it done. Raises NothingDrawn, NobodyToDraw, QuotasImpossible."""
    opportunity = locked_opportunity(session, opportunity_id)
    facts = Facts.model_validate(opportunity.facts)
    if opportunity.drawn_at is not None:
        return
    if facts.how is not How.DRAW or facts.places is None or opportunity.seed is None:
        raise NothingDrawn("Nothing is drawn here: all who want have a place, or it is not published.")
    everybody = yeses(session, opportunity_id)
    record = DrawRecord.drawn(
        opportunity_id,
        candidates=candidates_of(session, everybody, now),
        places=facts.places,
        quotas=facts.quotas,
        seed=opportunity.seed,
    )
    opportunity.drawn_at, opportunity.wanted = now, len(record.odds)
    held = HeldDraw(opportunity_id=opportunity_id, drawn_at=now, record=record.model_dump(mode="json"))
    session.add(held)
    _tell_apart(session, everybody, record, now)


def candidates_of(session: Session, everybody: Sequence[OpportunityReply], now: datetime) -> list[Candidate]:
    """Those who said yes, as the draw sees them."""
    turns = turns_lately(session, [each.member_id for each in everybody], now)
    return [
        Candidate(each.number, turns.get(each.member_id, 0), each.stated, each.conflict)
        for each in everybody
        if each.number is not None
    ]


def give_place(session: Session, said: OpportunityReply, now: datetime) -> None:
    """Give a place to who was drawn, or to a reserve who was asked and says yes. It is a turn of theirs."""
    said.standing, said.asked_until, said.reserve = Standing.PLACE, None, None
    turn = upsert(Turn).values(opportunity_id=said.opportunity_id, member_id=said.member_id, had_at=now)
    session.execute(turn.on_conflict_do_nothing())


def take_back(session: Session, said: OpportunityReply, reply: Reply, now: datetime) -> None:
    """Have nothing of somebody but a no, or a later. A place that was passed on is no turn."""
    said.withdraw()
    said.reply, said.replied_at = reply, now
    session.execute(delete(Turn).where(Turn.opportunity_id == said.opportunity_id, Turn.member_id == said.member_id))


def fill_places(session: Session, opportunity: Opportunity, now: datetime) -> None:
    """Ask the next reserves for the places of a draw that are free. The opportunity is locked."""
    if opportunity.drawn_at is None:
        return
    facts = Facts.model_validate(opportunity.facts)
    everybody = yeses(session, opportunity.id)
    stated = _stated_in_record(session, opportunity.id)
    held = [each for each in everybody if each.standing in HOLDING]
    reserves = sorted((it for it in everybody if it.standing == Standing.RESERVE), key=lambda it: it.reserve or 0)
    while len(held) < (facts.places or 0) and reserves:
        following = replacement(_known_as(held, stated), _known_as(reserves, stated), facts.quotas)
        asked = next(each for each in reserves if following and each.number == following.number)
        asked.standing, asked.asked_until = Standing.ASKED, now + RESERVES_HAVE
        publish(session, ReserveAsked(opportunity_id=opportunity.id, member_id=asked.member_id), now=now)
        reserves.remove(asked)
        held.append(asked)


def let_silent_reserves_go(session: Session, opportunity_id: UUID, now: datetime) -> None:
    """Ask the next reserve where one who was asked said nothing in time. What they had said stays as it was."""
    opportunity = locked_opportunity(session, opportunity_id)
    for each in yeses(session, opportunity_id):
        if each.asked_until is not None and each.asked_until <= now:
            each.standing = each.reserve = each.asked_until = None
    session.flush()
    fill_places(session, opportunity, now)


def _tell_apart(session: Session, everybody: Iterable[OpportunityReply], record: DrawRecord, now: datetime) -> None:
    """Say to each what became of them. What they stated is in the record by now, and nowhere else."""
    turns = {each.number: each.turns for each in record.candidates}
    for each in everybody:
        number = each.number or 0
        each.stated, each.turns, each.chance = {}, turns[number], str(record.odds.get(number, 0))
        if number in record.panel:
            give_place(session, each, now)
            publish(session, PlaceDrawn(opportunity_id=each.opportunity_id, member_id=each.member_id), now=now)
        elif number in record.reserves:
            each.standing, each.reserve = Standing.RESERVE, record.reserves.index(number) + 1


def _stated_in_record(session: Session, opportunity_id: UUID) -> dict[int, dict[str, str]]:
    """By number; empty when the record has had its time."""
    held = session.get(HeldDraw, opportunity_id)
    if held is None:
        return {}
    return {each.number: dict(each.stated) for each in DrawRecord.model_validate(held.record).candidates}


def _known_as(replies: Iterable[OpportunityReply], stated: dict[int, dict[str, str]]) -> list[Candidate]:
    return [Candidate(it.number, it.turns or 0, stated.get(it.number, {})) for it in replies if it.number is not None]
