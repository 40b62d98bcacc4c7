"""The sweep: many rows in small steps, past those that are in use, and heard of when it fails."""

import logging
from collections.abc import Callable
from datetime import timedelta

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import Column, Integer, MetaData, Table, func, insert, select
from sqlalchemy.orm import Session

from shared import sweep
from shared.db import Sessions
from shared.idempotency import IdempotencyKey
from shared.retention import kept_for
from shared.testing.databases import Databases
from shared.worker import Work, sweeping
from tests.conftest import Clock

KEYS = IdempotencyKey.metadata.tables["idempotency_keys"]


def given_keys(session: Session, clock: Clock, count: int) -> None:
    old = clock.at - timedelta(days=3)
    rows = [{"key": f"key {n}", "request_hash": "hash", "created_at": old} for n in range(count)]
    session.execute(insert(KEYS), rows)


def left(sessions: Sessions) -> int:
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(KEYS)) or 0


def test_more_than_one_step_is_swept_in_one_run(sessions: Callable[[str], Sessions], clock: Clock):
    own = sessions("feedback")
    with own.begin() as session:
        given_keys(session, clock, 2 * sweep.AT_ONCE + 1)
    assert sweep.sweep(own, KEYS, clock.at) == 2 * sweep.AT_ONCE + 1
    assert left(own) == 0


@pytest.mark.committed
def test_a_row_in_use_is_left_for_the_next_time(databases: Databases, clock: Clock):
    with databases.owned_sessions("feedback") as own:
        with own.begin() as session:
            given_keys(session, clock, 3)
        with own.begin() as user:
            user.get_one(IdempotencyKey, "key 1", with_for_update=True)
            assert sweep.sweep(own, KEYS, clock.at) == 2
        assert sweep.sweep(own, KEYS, clock.at) == 1


def test_d19_a_sweep_that_fails_is_counted_and_told_and_the_others_go_on(
    sessions: Callable[[str], Sessions], clock: Clock, caplog: pytest.LogCaptureFixture
):
    own, metadata = sessions("feedback"), MetaData()
    Table("not_there", metadata, Column("at", Integer), info=kept_for(days=1, since="at"))
    with own.begin() as session:
        given_keys(session, clock, 1)
    sweeping(metadata).run(Work("feedback", own, clock))
    assert left(own) == 0
    labels = {"service": "feedback", "table": "not_there"}
    assert REGISTRY.get_sample_value("sweeps_failed_total", labels) == 1
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
