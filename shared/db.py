"""PostgreSQL by SQLAlchemy: one engine a service, synchronous everywhere (see ADR 0003)."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, DateTime, Engine, MetaData, Result, Uuid, create_engine
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.pool import QueuePool

Sessions = sessionmaker[Session]

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

COLUMN_TYPES: dict[Any, Any] = {
    datetime: DateTime(timezone=True),
    UUID: Uuid(),
    dict[str, Any]: JSONB(),
    list[str]: JSONB(),
}


class Base(DeclarativeBase):
    """The tables every service with a log has; `shared.messaging` and `shared.web` add theirs to it."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = COLUMN_TYPES


def service_metadata() -> MetaData:
    """A new metadata with the project's names for constraints, for one service's own tables."""
    return MetaData(naming_convention=NAMING)


def connect(url: str, *, pool_size: int = 10) -> Engine:
    """An engine that opens connections as they are needed, and notices when one has died.

    A request waits at most five seconds for a connection, and a statement at most thirty for an answer.
    """
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=5,
        pool_pre_ping=False,
        pool_recycle=1800,
        # What people wrote must not reach a log by way of an error.
        hide_parameters=True,
        connect_args={
            "connect_timeout": 5,
            # A server that is gone without a word is noticed within a minute, and not when the kernel gives up.
            "keepalives_idle": 30,
            "keepalives_interval": 10,
            "keepalives_count": 3,
            "tcp_user_timeout": 30000,
            "options": "-c statement_timeout=30000 -c idle_in_transaction_session_timeout=60000 -c timezone=UTC",
        },
    )


def session_factory(engine: Engine) -> Sessions:
    """Sessions whose objects stay readable after a commit."""
    return sessionmaker(engine, expire_on_commit=False)


def open_at_once(sessions: Sessions) -> int:
    """How many sessions can be at work at once: one for each connection that the engine may open."""
    engine = sessions.kw["bind"]
    pool = engine.pool if isinstance(engine, Engine) else None
    return pool.size() if isinstance(pool, QueuePool) else 1


def disconnect(sessions: Sessions) -> None:
    """Close the connections behind these sessions, when they are theirs to close."""
    engine = sessions.kw["bind"]
    if isinstance(engine, Engine):
        engine.dispose()


def affected(result: Result[Any]) -> int:
    """How many rows a statement changed."""
    return cast("CursorResult[Any]", result).rowcount
