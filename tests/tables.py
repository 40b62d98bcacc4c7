"""The tables of every service, and rows in them as their columns allow."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Column, MetaData, Table, insert, inspect
from sqlalchemy.orm import Session

import services
from shared.db import Base, Sessions

MIGRATED = sorted(
    folder.parent.name
    for folder in Path(services.__file__).parent.glob("*/migrations")
    if any(folder.glob("versions/*.py"))
)
NOW = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
VALUES: dict[type, Any] = {
    datetime: NOW,
    date: NOW.date(),
    time: time(9),
    bool: False,
    bytes: b"bytes",
    object: {},  # JSON
}
_numbers = count(1)


def metadata_of(service: str) -> MetaData:
    """The tables that are a service's own."""
    models = import_module(f"services.{service}.models")
    (own,) = {
        thing.metadata
        for thing in vars(models).values()
        if isinstance(thing, type) and hasattr(thing, "metadata") and thing.metadata is not Base.metadata
    }
    return own


def given_row(session: Session, table: Table, **values: Any) -> dict[str, Any]:
    """A row that has these values, and any others where it must have one; with the rows that it refers to."""
    for column in table.columns:
        if column.name not in values and _must_be_given(column):
            values[column.name] = _referred(session, column) or _some(column)
    made = session.execute(insert(table).values(values)).inserted_primary_key
    return values | dict(zip((column.name for column in table.primary_key), made, strict=True))


def _must_be_given(column: Column[Any]) -> bool:
    filled = column.server_default is not None or column.identity is not None
    return not column.nullable and not filled


def _referred(session: Session, column: Column[Any]) -> Any:
    for key in column.foreign_keys:
        return given_row(session, key.column.table)[key.column.name]
    return None


def _some(column: Column[Any]) -> Any:
    kind = column.type.python_type
    if kind is UUID:
        return uuid4()
    if kind is int:
        return next(_numbers)
    if kind is str:
        return f"some {next(_numbers)}"
    return VALUES[kind] if kind in VALUES else next(iter(kind))


def all_rows(sessions: Sessions, without: Collection[str] = ()) -> str:
    """A whole database as text."""
    with sessions() as session:
        connection = session.connection()
        names = [name for name in inspect(connection).get_table_names() if name not in without]
        rows = (connection.exec_driver_sql(f'SELECT t::text FROM "{name}" t').scalars() for name in names)
        return "\n".join(row for table in rows for row in table)
