"""Opportunities to test on: what a worker asks, and members who say yes."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from services.events.models import Group, Opportunity, Reply
from services.events.queries.opportunities import holding, yeses
from services.events.schemas.opportunities import CONSENT, Facts, OpportunityDraft
from services.events.schemas.replies import ReplyDraft
from services.events.use_cases.opportunities import draft_opportunity, publish_opportunity
from services.events.use_cases.replies import reply_to_opportunity
from shared.auth import Caller
from shared.contracts.members import Duty
from tests.events.builders import given_member

FACTS: dict[str, Any] = {
    "why": "We choose the next trainees.",
    "who_else": "Two workers and the team lead.",
    "rung": "co_design",
    "power": "Your scores count like anybody's.",
    "how_long": "Three afternoons.",
    "support": "We prepare together.",
    "last_time": "The panel's first choice was taken on.",
    "pay_pence": 1500,
    "expenses": "Fares, paid before.",
    "adviser": "The advice centre, Mondays.",
    "conflict_question": "Do you know somebody who applied?",
    "how": "draw",
    "places": 2,
    "traits": {"gender": ["woman", "man"]},
}
YES = ReplyDraft(reply=Reply.YES, adviser_shown=True, consent=CONSENT)
WORKER_ID = uuid4()
WORKER = Caller("members", WORKER_ID, duties=frozenset({Duty.WORKER}))


def member(member_id: UUID) -> Caller:
    return Caller("members", member_id)


def drafted(groups: Sequence[Group], now: datetime, **facts: Any) -> OpportunityDraft:
    return OpportunityDraft(
        title="A panel for a traineeship",
        facts=Facts.model_validate(FACTS | facts),
        groups=[group.id for group in groups],
        closes_at=now + timedelta(days=7),
        draws_at=now + timedelta(days=8),
    )


def given_opportunity(session: Session, group: Group, now: datetime, **facts: Any) -> Opportunity:
    """One that is published to a group."""
    drawn = draft_opportunity(session, drafted([group], now, **facts), caller=WORKER)
    return publish_opportunity(session, drawn.id, caller=WORKER, now=now)


def given_yes(session: Session, opportunity: Opportunity, group: Group, now: datetime, **said: Any) -> UUID:
    """A new member of the group who says yes."""
    member_id = given_member(session, group)
    says(session, opportunity, member_id, now, **said)
    return member_id


def says(session: Session, opportunity: Opportunity, member_id: UUID, now: datetime, **said: Any) -> None:
    draft = YES.model_copy(update=said)
    reply_to_opportunity(session, opportunity.id, draft, caller=member(member_id), now=now)


def holders(session: Session, opportunity: Opportunity) -> dict[UUID, str | None]:
    return {each.member_id: each.standing for each in holding(session, opportunity.id)}


def reserves(session: Session, opportunity: Opportunity) -> list[UUID]:
    """In their order."""
    waiting = [each for each in yeses(session, opportunity.id) if each.reserve is not None]
    return [each.member_id for each in sorted(waiting, key=lambda each: each.reserve or 0)]
