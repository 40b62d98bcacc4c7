"""What a service holds on a member, for the member to read: the rows of its tables under plain words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Column, FromClause, MetaData, Table, or_, select
from sqlalchemy.orm import Session


class Part(BaseModel):
    """Rows of one sort, each a table of what is said of it."""

    heading: str
    rows: list[dict[str, str]]


class Export(BaseModel):
    """All that one service holds on a member."""

    service: str
    parts: list[Part]


@dataclass(frozen=True)
class Told:
    """How a table is told: under which heading, and its columns by the words for them.

    `of` are the columns that say whose a row is. A column of another table is `groups.name`, found by `group_id`.
    """

    heading: str
    columns: Mapping[str, str]
    of: Sequence[str] = ("member_id",)


def tell(session: Session, metadata: MetaData, tables: Mapping[str, Told], member_id: UUID) -> list[Part]:
    """The parts that hold something of a member, in the order of `tables`."""
    parts = (_part(session, metadata.tables[name], told, member_id) for name, told in tables.items())
    return [part for part in parts if part.rows]


def _part(session: Session, table: Table, told: Told, member_id: UUID) -> Part:
    columns = [_column(table, name) for name in told.columns]
    source: FromClause = table
    for other in dict.fromkeys(column.table for column in columns if column.table is not table):
        source = source.outerjoin(other, other.c.id == table.c[f"{_singular(other.name)}_id"])
    mine = or_(*(table.c[name] == member_id for name in told.of))
    rows = session.execute(select(*columns).select_from(source).where(mine).order_by(*table.primary_key)).all()
    words = list(told.columns.values())
    return Part(heading=told.heading, rows=[_said(dict(zip(words, row, strict=True))) for row in rows])


def _singular(name: str) -> str:
    return f"{name[:-3]}y" if name.endswith("ies") else name.removesuffix("s")


def _column(table: Table, name: str) -> Column[Any]:
    other, _, column = name.rpartition(".")
    return (table.metadata.tables[other] if other else table).c[column]


def _said(row: Mapping[str, Any]) -> dict[str, str]:
    return {word: in_words(value) for word, value in row.items() if value not in (None, "", [], {})}


def in_words(value: Any) -> str:
    """A value as one reads it. Times of machines are UTC, and say so."""
    if isinstance(value, Mapping):
        return "; ".join(f"{in_words(key)}: {in_words(each)}" for key, each in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(map(in_words, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (date, time)):
        return _moment(value)
    return str(value.value if isinstance(value, Enum) else value).replace("_", " ")


def _moment(value: date | time) -> str:
    if isinstance(value, time):
        return f"{value:%H:%M}"
    day = f"{value.day} {value:%B %Y}"
    if not isinstance(value, datetime):
        return day
    return f"{day}, {value:%H:%M}{' UTC' if value.tzinfo else ''}"
