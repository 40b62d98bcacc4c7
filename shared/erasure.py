"""Erasing a member in one service: their rows go, and nothing that was under way brings them back."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Column, ColumnElement, MetaData, Uuid, bindparam, delete, exists, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Mapped, Session, mapped_column

from shared.db import Base
from shared.messaging.tables import Parked
from shared.retention import kept_for
from shared.sweep import tables_of

# Longer than a token lives, or a request or a handler takes.
UNDER_WAY = timedelta(minutes=15)


class ErasedMember(Base):
    """Somebody who was erased here, by an id that leads to nobody. It outlasts all that was said before (30 days)."""

    __tablename__ = "erased_members"
    __table_args__ = {"info": kept_for(days=31, since="erased_at")}

    id: Mapped[UUID] = mapped_column(primary_key=True)
    erased_at: Mapped[datetime]


def remember_erased(session: Session, member_id: UUID, now: datetime) -> None:
    """Know from now on that a member is gone: whatever is heard of them later, or done with a token of theirs."""
    new = upsert(ErasedMember).values(id=member_id, erased_at=now)
    session.execute(new.on_conflict_do_update(index_elements=["id"], set_={"erased_at": now}))


def is_erased(member_id: ColumnElement[UUID]) -> ColumnElement[bool]:
    """Whether a member was erased here, as part of a query."""
    return exists().where(ErasedMember.id == member_id)


_ERASED = select(is_erased(bindparam("member_id", type_=Uuid())))


def was_erased(session: Session, member_id: UUID) -> bool:
    """Whether a member was erased here; then nothing that is still heard of them counts."""
    return bool(session.scalar(_ERASED, {"member_id": member_id}))


def lately_erased(session: Session, now: datetime) -> Sequence[UUID]:
    """Those of whom something may still be under way that had begun before they were gone."""
    return session.scalars(select(ErasedMember.id).where(ErasedMember.erased_at > now - UNDER_WAY)).all()


def forget(session: Session, metadata: MetaData, member_id: UUID) -> None:
    """Delete every row that cannot be without the member, and take their id out of those that only mention them."""
    for column in columns_with_members(metadata):
        theirs = column == member_id
        if column.nullable:
            session.execute(update(column.table).where(theirs).values({column.name: None}))
        else:
            session.execute(delete(column.table).where(theirs))
    data = Parked.envelope["data"]
    session.execute(delete(Parked).where(data["member_id"].astext == str(member_id)))


def columns_with_members(metadata: MetaData) -> Iterator[Column[UUID]]:
    """Every column that holds the id of a member; what refers to other rows comes before those."""
    for table in tables_of(metadata):
        yield from (column for column in table.columns if _holds_a_member(column))


def _holds_a_member(column: Column[UUID]) -> bool:
    named = isinstance(column.type, Uuid) and column.name.endswith(("member_id", "_by"))
    return named or any(key.target_fullname == "members.id" for key in column.foreign_keys)
