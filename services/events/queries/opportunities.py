from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, true
from sqlalchemy.orm import Session

from services.events.models import (
    TURNS_COUNT,
    AskedGroup,
    Group,
    GroupMember,
    Opportunity,
    OpportunityReply,
    Reply,
    Standing,
    Turn,
)
from shared.auth import Caller
from shared.contracts.members import Duty, Role, Visibility

HOLDING = (Standing.PLACE, Standing.ASKED)


def asked_of(member_id: UUID) -> ColumnElement[bool]:
    """Whether an opportunity is asked of a member: in a group of theirs, which let it in."""
    return exists().where(
        AskedGroup.opportunity_id == Opportunity.id,
        AskedGroup.let_in_at.is_not(None),
        AskedGroup.group_id == GroupMember.group_id,
        GroupMember.member_id == member_id,
    )


def run_by(caller: Caller) -> ColumnElement[bool]:
    """Whether the caller runs an opportunity; one whose worker is gone is run by any worker."""
    if Duty.WORKER not in caller.duties:
        return false()
    return or_(Opportunity.run_by == caller.member_id, Opportunity.run_by.is_(None))


def known_to(caller: Caller) -> ColumnElement[bool]:
    """Whether the caller may know of it: its worker, whom it asks, and any convenor, who may let it in."""
    assert caller.member_id is not None
    said = exists().where(
        OpportunityReply.opportunity_id == Opportunity.id, OpportunityReply.member_id == caller.member_id
    )
    convenes = true() if Role.CONVENOR in caller.roles.values() else false()
    open_to_them = or_(asked_of(caller.member_id), said, convenes)
    return or_(run_by(caller), and_(Opportunity.published_at.is_not(None), open_to_them))


def opportunities(caller: Caller) -> Select[Opportunity]:
    """All that the caller may know of."""
    return select(Opportunity).where(known_to(caller))


def locked_opportunity(session: Session, opportunity_id: UUID) -> Opportunity:
    """One as it is now, and stays until this transaction ends; so do the replies to it."""
    query = select(Opportunity).where(Opportunity.id == opportunity_id).with_for_update(key_share=True)
    return session.scalars(query, execution_options={"populate_existing": True}).one()


def is_asked(session: Session, opportunity_id: UUID, member_id: UUID) -> bool:
    """Whether it is asked of this member."""
    return bool(session.scalar(select(asked_of(member_id)).where(Opportunity.id == opportunity_id)))


def is_run_by(session: Session, opportunity_id: UUID, caller: Caller) -> bool:
    """Whether the caller runs it."""
    return bool(session.scalar(select(run_by(caller)).where(Opportunity.id == opportunity_id)))


def reply_of(session: Session, opportunity_id: UUID, member_id: UUID) -> OpportunityReply | None:
    """What a member said to it."""
    return session.get(OpportunityReply, (opportunity_id, member_id), populate_existing=True)


def yeses(session: Session, opportunity_id: UUID) -> Sequence[OpportunityReply]:
    """Everybody who said yes, by number."""
    query = select(OpportunityReply).where(
        OpportunityReply.opportunity_id == opportunity_id, OpportunityReply.reply == Reply.YES
    )
    return session.scalars(query.order_by(OpportunityReply.number), execution_options={"populate_existing": True}).all()


def holding(session: Session, opportunity_id: UUID) -> Sequence[OpportunityReply]:
    """Who has a place, or is asked to take one."""
    return [each for each in yeses(session, opportunity_id) if each.standing in HOLDING]


def tells_all(session: Session, opportunity_id: UUID, caller: Caller) -> bool:
    """Whether the caller hears of what is for those with a place: these, and the worker."""
    has_place = exists().where(
        OpportunityReply.opportunity_id == opportunity_id,
        OpportunityReply.member_id == caller.member_id,
        OpportunityReply.standing == Standing.PLACE,
    )
    return bool(session.scalar(select(or_(has_place, run_by(caller))).where(Opportunity.id == opportunity_id)))


def turns_lately(session: Session, member_ids: Sequence[UUID], now: datetime) -> Mapping[UUID, int]:
    """How many places each of these was drawn for in the last 24 months; who was drawn for none is left out."""
    query = select(Turn.member_id, func.count()).where(Turn.member_id.in_(member_ids), Turn.had_at > now - TURNS_COUNT)
    return dict(session.execute(query.group_by(Turn.member_id)).all())


def draws_due(session: Session, now: datetime) -> Sequence[UUID]:
    """What is to be drawn by now."""
    due = select(Opportunity.id).where(
        Opportunity.published_at.is_not(None),
        Opportunity.drawn_at.is_(None),
        Opportunity.draws_at <= now,
        Opportunity.facts["how"].astext == "draw",
    )
    return session.scalars(due.order_by(Opportunity.draws_at)).all()


def silent_reserves(session: Session, now: datetime) -> Sequence[UUID]:
    """Where a reserve was asked and said nothing in time."""
    query = select(OpportunityReply.opportunity_id).where(OpportunityReply.asked_until <= now).distinct()
    return session.scalars(query.order_by(OpportunityReply.opportunity_id)).all()


def replied_to(session: Session, member_ids: Sequence[UUID]) -> Sequence[UUID]:
    """The opportunities to which any of these said something, in order of id, as whoever locks several takes them."""
    query = select(OpportunityReply.opportunity_id).where(OpportunityReply.member_id.in_(member_ids)).distinct()
    return session.scalars(query.order_by(OpportunityReply.opportunity_id)).all()


def groups_to_ask(session: Session, group_ids: Sequence[UUID]) -> Sequence[Group]:
    """Those of these groups that are listed: of a hidden one nobody can tell that it is there."""
    query = select(Group).where(Group.id.in_(group_ids), Group.visibility != Visibility.HIDDEN)
    return session.scalars(query.order_by(Group.id)).all()
