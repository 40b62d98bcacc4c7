from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, any_, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute, Session

from services.members.models import (
    Member,
)

# Any number that no other lock of this database uses.
ADDING = 7_351


def among(column: InstrumentedAttribute[Any], values: Collection[Any]) -> ColumnElement[bool]:
    """`column IN values` as one array, however many: a parameter each would be slow, and no more than 65,535."""
    return column == any_(literal(list(values), ARRAY(column.type)))


def one_at_a_time(session: Session) -> None:
    """Wait until nobody else adds members or groups: two at once would both add what neither knows."""
    session.execute(select(func.pg_advisory_xact_lock(ADDING)))


def locked_members(session: Session, ids: Collection[UUID]) -> list[Member]:
    """Members whom nobody else changes, or tells others about, until this transaction ends."""
    return list(session.scalars(select(Member).where(among(Member.id, ids)).order_by(Member.id).with_for_update()))
