"""What members say when the programme asks them: yes, no or later; and out again, at any time, without a reason."""

import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.events.errors.opportunities import (
    AdviserFirst,
    ConsentFirst,
    NoSuchOpportunity,
    NothingSaid,
    RepliesClosed,
    TraitNotOffered,
)
from services.events.models import Opportunity, OpportunityReply, Reply, Standing
from services.events.queries.opportunities import is_asked, locked_opportunity, reply_of, yeses
from services.events.schemas.opportunities import CONSENT, Facts, How
from services.events.schemas.replies import ReplyDraft
from services.events.use_cases.drawing import fill_places, give_place, take_back
from services.events.use_cases.opportunities import find_opportunity
from shared.auth import Caller

NUMBERS = range(1_000, 10_000)


def reply_to_opportunity(
    session: Session, opportunity_id: UUID, draft: ReplyDraft, *, caller: Caller, now: datetime
) -> OpportunityReply:
    """Keep what a member says. A reserve who is asked takes the place with a yes, and a no is heard at any time.

    Raises NoSuchOpportunity, RepliesClosed, AdviserFirst, ConsentFirst or TraitNotOffered.
    """
    assert caller.member_id is not None
    find_opportunity(session, opportunity_id, caller)
    opportunity = locked_opportunity(session, opportunity_id)
    said = reply_of(session, opportunity_id, caller.member_id) or _first_reply(
        session, opportunity_id, caller.member_id
    )
    if draft.reply is not Reply.YES:
        take_back(session, said, draft.reply, now)
    elif said.standing == Standing.ASKED:
        give_place(session, said, now)
    elif said.standing is None:
        _say_yes(session, opportunity, said, draft, now)
    session.add(said)
    session.flush()
    fill_places(session, opportunity, now)
    return said


def find_reply(session: Session, opportunity_id: UUID, caller: Caller) -> OpportunityReply:
    """What the caller said; raises NoSuchOpportunity, or NothingSaid."""
    assert caller.member_id is not None
    find_opportunity(session, opportunity_id, caller)
    said = reply_of(session, opportunity_id, caller.member_id)
    if said is None:
        raise NothingSaid("Say yes, no or later. You need not say anything.")
    return said


def withdraw(session: Session, opportunity_id: UUID, *, caller: Caller, now: datetime) -> None:
    """Be out of it, whatever was said. A place that comes free is offered to the next reserve; nobody else is told.

    Raises NoSuchOpportunity.
    """
    reply_to_opportunity(session, opportunity_id, ReplyDraft(reply=Reply.NO), caller=caller, now=now)


def _first_reply(session: Session, opportunity_id: UUID, member_id: UUID) -> OpportunityReply:
    if not is_asked(session, opportunity_id, member_id):
        raise NoSuchOpportunity
    return OpportunityReply(opportunity_id=opportunity_id, member_id=member_id)


def _say_yes(
    session: Session, opportunity: Opportunity, said: OpportunityReply, draft: ReplyDraft, now: datetime
) -> None:
    facts = Facts.model_validate(opportunity.facts)
    if not opportunity.takes_answers(now):
        raise RepliesClosed("Look at what else you are asked. The next one may be for you.")
    if not draft.adviser_shown:
        raise AdviserFirst(f"Payment can touch benefits. Before you say yes you can ask: {facts.adviser}.")
    if draft.consent != CONSENT:
        raise ConsentFirst("Read the words you say yes to again, and send their version as `consent`.", version=CONSENT)
    for trait, value in draft.stated.items():
        if not facts.offers(trait, value):
            raise TraitNotOffered("Choose one of those that are asked about, or state nothing.")
    said.reply, said.replied_at, said.consent = Reply.YES, now, draft.consent
    said.conflict, said.stated = draft.conflict, draft.stated
    said.number = said.number or _number(session, opportunity.id)
    if facts.how is How.ALL and not said.conflict:
        said.standing = Standing.PLACE


def _number(session: Session, opportunity_id: UUID) -> int:
    """One that nobody else has, by chance: it says nothing about who came first."""
    taken = {each.number for each in yeses(session, opportunity_id)}
    return secrets.choice([number for number in NUMBERS if number not in taken])
