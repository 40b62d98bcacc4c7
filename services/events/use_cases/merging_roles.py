"""Two records of one person become one: what either had taken on is theirs, once, where they come."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, literal, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import InstrumentedAttribute, Session

from services.events.models import Cost, CoverAsked, EventsBase, Helper, PlanLine, RoleWish, Rsvp
from services.events.queries.roles import helped_by
from services.events.use_cases.letting_go import let_go
from shared.contracts.events import Answer


def move_roles(session: Session, kept_id: UUID, gone_id: UUID, now: datetime) -> None:
    """Know by the kept id what the gone record does and wishes; one role that both had is free again.

    The answers were moved before, and the occurrences are locked.
    """
    _move(session, Helper.member_id, kept_id, gone_id)
    _move(session, CoverAsked.member_id, kept_id, gone_id)
    _move(session, RoleWish.member_id, kept_id, gone_id)
    for mentions in (PlanLine, Cost):
        session.execute(update(mentions).where(mentions.member_id == gone_id).values(member_id=kept_id))
    let_go(session, helped_by(session, gone_id, now), now, Helper.member_id == gone_id)
    let_go(session, helped_by(session, kept_id, now), now, Helper.member_id == kept_id, ~_comes(kept_id))


def _move(session: Session, owner: InstrumentedAttribute[UUID], kept_id: UUID, gone_id: UUID) -> None:
    """Copy what the kept record has not; the rest of the gone record's is forgotten with it."""
    table = EventsBase.metadata.tables[owner.class_.__tablename__]
    theirs = [literal(kept_id) if column.name == "member_id" else column for column in table.columns]
    rows = select(*theirs).where(table.c.member_id == gone_id).order_by(*table.primary_key)
    copied = upsert(table).from_select(table.columns.keys(), rows)
    session.execute(copied.on_conflict_do_nothing())


def _comes(member_id: UUID) -> ColumnElement[bool]:
    yes = (Rsvp.member_id == member_id, Rsvp.answer == Answer.GOING)
    return Helper.occurrence_id.in_(select(Rsvp.occurrence_id).where(*yes))
