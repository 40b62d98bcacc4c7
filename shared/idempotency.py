"""Answers given to requests with an `Idempotency-Key`, kept to the end of the next day to be given again."""

from datetime import datetime

from sqlalchemy import SmallInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base
from shared.retention import kept_for


class IdempotencyKey(Base):
    """One key, stored in the transaction of what it guards: neither ever exists without the other."""

    __tablename__ = "idempotency_keys"
    # The day is kept, not the time: two of them are a whole one.
    __table_args__ = {"info": kept_for(days=2, since="created_at")}

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    request_hash: Mapped[str] = mapped_column(Text)
    status: Mapped[int | None] = mapped_column(SmallInteger)
    content_type: Mapped[str | None] = mapped_column(Text)
    body: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(index=True)
