"""Answers given to requests with an `Idempotency-Key`, kept to the end of the next day to be given again."""

from datetime import datetime

from sqlalchemy import SmallInteger, Text, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from shared.db import Base, affected


class IdempotencyKey(Base):
    """One key, stored in the transaction of what it guards: neither ever exists without the other."""

    __tablename__ = "idempotency_keys"

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    request_hash: Mapped[str] = mapped_column(Text)
    status: Mapped[int | None] = mapped_column(SmallInteger)
    content_type: Mapped[str | None] = mapped_column(Text)
    body: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(index=True)


def forget_old_keys(session: Session, *, before: datetime) -> int:
    """Forget the answers given before a time; says how many."""
    return affected(session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < before)))
