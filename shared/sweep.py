"""Deleting the rows whose time is over, by what each table says of itself (`shared.retention`)."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, MetaData, Table, any_, delete, exists, func, literal_column, select
from sqlalchemy.orm import Session

from shared.db import Base, Sessions, affected
from shared.retention import KEPT, Kept

# Few enough that their locks are held for a moment only.
AT_ONCE = 1000


def tables_of(metadata: MetaData) -> Iterator[Table]:
    """A service's own tables and those that every service has; what refers to others comes before those."""
    for each in (metadata, Base.metadata):
        yield from reversed(each.sorted_tables)


def kept(table: Table) -> Kept:
    """The class of a table; one that has none raises KeyError."""
    found: Kept = table.info[KEPT]
    return found


def aged_tables(metadata: MetaData) -> Sequence[Table]:
    """The tables whose rows are swept. Those whose rows count by another table's go before that one."""
    aged = (table for table in tables_of(metadata) if kept(table).age is not None)
    return sorted(aged, key=lambda table: kept(table).by is None)


def sweep(sessions: Sessions, table: Table, now: datetime) -> int:
    """Delete the rows of a table that have had their time, a thousand a transaction; how many those were."""
    swept = 0
    while True:
        with sessions.begin() as session:
            gone = _delete_some(session, table, now)
        swept += gone
        if gone < AT_ONCE:
            return swept


def _delete_some(session: Session, table: Table, now: datetime) -> int:
    # Found and locked first, by their place on disk; those that somebody holds wait for the next time.
    place: ColumnElement[Any] = literal_column(f"{table.name}.ctid")
    over = select(place).select_from(table).where(_is_over(table, now)).limit(AT_ONCE)
    these = func.array(over.with_for_update(of=table, skip_locked=True).scalar_subquery())
    return affected(session.execute(delete(table).where(place == any_(these))))


def _is_over(table: Table, now: datetime) -> ColumnElement[bool]:
    rule = kept(table)
    assert rule.age is not None
    assert rule.since is not None
    before = now - rule.age
    if rule.by is None:
        return ~_since(table, rule.since, before)
    name, _, column = rule.since.partition(".")
    other = table.metadata.tables[name]
    return ~exists().where(other.c.id == table.c[rule.by], _since(other, column, before))


def _since(table: Table, column: str, time: datetime) -> ColumnElement[bool]:
    is_day = isinstance(table.c[column].type, Date)
    return table.c[column] >= (time.date() if is_day else time)
