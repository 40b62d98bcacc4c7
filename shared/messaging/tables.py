"""The tables of the mechanism. Every service with a log has them all, in its own database."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, SmallInteger, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base
from shared.ids import new_id
from shared.retention import kept_for, kept_while_used


class OutboxRow(Base):
    """One message in the publisher's log.

    `arrival` orders rows whose transactions waited for each other; `position` is given by the relay, gapless, once the
    row is committed, and never changes. A row without a position is not yet part of the log.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_unnumbered", "arrival", postgresql_where=text("position IS NULL")),
        Index("ix_outbox_position", "position", unique=True),
        Index("ix_outbox_created_at", "created_at"),
        {
            "info": kept_while_used(
                "for thirty days; `trim_log` ends them from the beginning, so that there are no holes"
            )
        },
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    arrival: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    position: Mapped[int | None] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    data: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    traceparent: Mapped[str | None] = mapped_column(Text)


class LogState(Base):
    """One row: which life of the log this is, where that life began, and the last position given.

    A restore renews the epoch, because positions above the restored head were given once before, to other messages.
    `former` says for each earlier epoch up to which position this life is still the same as that one. `home` is where
    the tables lay when a position was last given: when they find themselves elsewhere, they came out of a backup.
    """

    __tablename__ = "log_state"
    __table_args__ = {"info": kept_while_used("one row, for as long as there is a log")}

    only: Mapped[int] = mapped_column(SmallInteger, primary_key=True, default=1)
    epoch: Mapped[UUID]
    epoch_start: Mapped[int] = mapped_column(BigInteger, default=0)
    head: Mapped[int] = mapped_column(BigInteger, default=0)
    former: Mapped[dict[str, Any]] = mapped_column(default=dict)
    home: Mapped[str | None] = mapped_column(Text)


class Progress(Base):
    """How far the relay has sent the log to one subscriber's queue. A hint: completeness is the subscriber's care."""

    __tablename__ = "relay_progress"
    __table_args__ = {"info": kept_while_used("a row for each subscriber")}

    subscriber: Mapped[str] = mapped_column(Text, primary_key=True)
    sent_to: Mapped[int] = mapped_column(BigInteger, default=0)


class Cursor(Base):
    """How far this service has applied the log of one source, and how the message after it is failing, if it is.

    `lives` says up to which position each life of the log was `applied` that was followed before, and up to which
    it is the `same` as the present one.
    """

    __tablename__ = "cursors"
    __table_args__ = {"info": kept_while_used("a row for each source")}

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    epoch: Mapped[UUID | None]
    position: Mapped[int] = mapped_column(BigInteger, default=0)
    lives: Mapped[dict[str, Any]] = mapped_column(default=dict)
    tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    retry_at: Mapped[datetime | None]


class Parked(Base):
    """A message whose handler kept failing. The cursor has moved on; an operator replays or discards it."""

    __tablename__ = "parked"
    __table_args__ = {"info": kept_for(days=90, since="parked_at", why="an operator replays or discards it before")}

    id: Mapped[UUID] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column(BigInteger)
    envelope: Mapped[dict[str, Any]]
    error: Mapped[str] = mapped_column(Text)
    parked_at: Mapped[datetime]
