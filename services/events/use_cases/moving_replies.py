"""What members said to opportunities, when they are erased, or two records of one person become one."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import literal, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from services.events.models import Opportunity, Turn
from services.events.queries.opportunities import locked_opportunity, replied_to, reply_of
from services.events.use_cases.drawing import fill_places


def leave_opportunities(session: Session, member_id: UUID, now: datetime) -> None:
    """Forget what a member said; the next reserve is asked for a place that comes free."""
    for opportunity_id in replied_to(session, [member_id]):
        opportunity = locked_opportunity(session, opportunity_id)
        said = reply_of(session, opportunity_id, member_id)
        if said is not None:
            session.delete(said)
        session.flush()
        fill_places(session, opportunity, now)


def move_replies(session: Session, kept_id: UUID, gone_id: UUID, now: datetime) -> None:
    """Of two replies of one person, the one that has more of a place counts, and otherwise the later one."""
    for opportunity_id in replied_to(session, [gone_id]):
        opportunity = locked_opportunity(session, opportunity_id)
        _keep_one(session, opportunity, kept_id, gone_id)
        fill_places(session, opportunity, now)
    theirs = select(Turn.opportunity_id, literal(kept_id), Turn.had_at).where(Turn.member_id == gone_id)
    moved = upsert(Turn).from_select(["opportunity_id", "member_id", "had_at"], theirs.order_by(Turn.opportunity_id))
    session.execute(moved.on_conflict_do_nothing())
    session.execute(update(Opportunity).where(Opportunity.run_by == gone_id).values(run_by=kept_id))


def _keep_one(session: Session, opportunity: Opportunity, kept_id: UUID, gone_id: UUID) -> None:
    theirs, mine = (reply_of(session, opportunity.id, each) for each in (gone_id, kept_id))
    if theirs is None:
        return
    if mine is not None and not theirs.outranks(mine):
        session.delete(theirs)
    else:
        if mine is not None:
            session.delete(mine)
            session.flush()
        theirs.member_id = kept_id
    session.flush()
