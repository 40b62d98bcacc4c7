"""Every table says how long it keeps its rows, and keeps them for no longer (D19)."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Column, Date, Integer, MetaData, Table, func, select
from sqlalchemy.orm import Session

from shared import sweep
from shared.db import Base, Sessions
from shared.retention import KEPT, kept_for
from shared.worker import Work
from tests.conftest import Clock
from tests.tables import MIGRATED, given_row, metadata_of

AGED = [(service, table.name) for service in MIGRATED for table in sweep.aged_tables(metadata_of(service))]


def without_class(metadata: MetaData) -> list[str]:
    return [table.name for table in sweep.tables_of(metadata) if KEPT not in table.info]


def sweep_job(service: str) -> Callable[[Work], None]:
    (job,) = (job for job in import_module(f"services.{service}.jobs").JOBS if job.name == "sweep-tables")
    return job.run


def rows_in(sessions: Sessions, table: Table) -> int:
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def moment(column: Column[Any], at: datetime) -> datetime | date:
    return at.date() if isinstance(column.type, Date) else at


def given_aged_row(session: Session, table: Table, at: datetime) -> None:
    """A row whose age counts from `at`, by a column of its own or of the row that it names."""
    rule = sweep.kept(table)
    assert rule.since is not None
    if rule.by is None:
        given_row(session, table, **{rule.since: moment(table.c[rule.since], at)})
        return
    name, _, column = rule.since.partition(".")
    other = table.metadata.tables[name]
    parent = given_row(session, other, **{"id": uuid4(), column: moment(other.c[column], at)})
    given_row(session, table, **{rule.by: parent["id"]})


@pytest.mark.parametrize("service", MIGRATED)
def test_d19_every_table_says_how_long_it_keeps_its_rows(service: str):
    assert without_class(metadata_of(service)) == [], "give it kept_for, kept_while_member or kept_while_used"


def test_d19_a_new_table_without_a_class_is_noticed():
    metadata = MetaData()
    Table("new", metadata, Column("id", Integer, primary_key=True))
    Table("good", metadata, Column("id", Integer, primary_key=True), info=kept_for(days=1, since="id"))
    assert without_class(metadata) == ["new"]


@pytest.mark.parametrize(("service", "name"), AGED)
def test_d19_rows_past_their_time_are_gone_after_one_run_and_others_stay(
    service: str, name: str, sessions: Callable[[str], Sessions], clock: Clock
):
    metadata = metadata_of(service)
    table = {**Base.metadata.tables, **metadata.tables}[name]
    age = sweep.kept(table).age
    assert age is not None
    with sessions(service).begin() as session:
        given_aged_row(session, table, clock.at - age - timedelta(days=1, seconds=1))
        given_aged_row(session, table, clock.at - age + timedelta(seconds=1))
    work = Work(service, sessions(service), clock)
    sweep_job(service)(work)
    assert rows_in(sessions(service), table) == 1
    clock.go_on(days=1, seconds=2)
    sweep_job(service)(work)
    assert rows_in(sessions(service), table) == 0


@pytest.mark.parametrize("service", MIGRATED)
def test_d19_the_sweep_leaves_an_empty_database_as_it_is(
    service: str, sessions: Callable[[str], Sessions], clock: Clock
):
    sweep_job(service)(Work(service, sessions(service), clock))
