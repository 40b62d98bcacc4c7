"""The relay is rung when something was committed, and only then."""

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy.orm import Session

from tests.shared.world import World

SOON, LONG_ENOUGH = 20.0, 0.3


class Door:
    """Stands where the relay stands."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection

    def rung(self, within: float = SOON) -> bool:
        return any(True for _ in self._connection.notifies(timeout=within, stop_after=1))


@pytest.fixture
def door(world: World) -> Iterator[Door]:
    url = world.urls["alpha"].replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("LISTEN outbox")
        yield Door(connection)


def test_a_commit_rings(world: World, door: Door):
    world.publish("alpha")
    assert door.rung()


def test_nothing_rings_before_the_commit_or_after_a_rollback(world: World, door: Door):
    with world.sessions["alpha"]() as session:
        world.publish("alpha", session=session)
        assert not door.rung(LONG_ENOUGH)
        session.rollback()
        session.commit()
    assert not door.rung(LONG_ENOUGH)


def test_the_end_of_a_savepoint_is_no_commit(world: World, door: Door):
    with world.sessions["alpha"]() as session:
        with session.begin_nested():
            world.publish("alpha", session=session)
        assert not door.rung(LONG_ENOUGH)
        session.commit()
        assert door.rung()


def test_a_savepoint_that_is_given_up_does_not_silence_the_rest(world: World, door: Door):
    with world.sessions["alpha"]() as session:
        world.publish("alpha", session=session)
        session.begin_nested().rollback()
        session.commit()
    assert door.rung()


def test_each_transaction_of_a_session_rings(world: World, door: Door):
    with world.sessions["alpha"]() as session:
        for _ in range(2):
            world.publish("alpha", session=session)
            session.commit()
            assert door.rung()


def test_it_rings_again_after_its_connection_was_ended(world: World, door: Door):
    world.publish("alpha")
    assert door.rung()
    ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'NOTIFY outbox'"
    assert world.query("alpha", ended) == [(True,)]
    world.publish("alpha")
    assert door.rung()


def test_it_is_gone_with_the_engine_and_back_when_it_is_needed(world: World, door: Door):
    world.publish("alpha")
    assert door.rung()
    world.engines["alpha"].dispose()
    left = "SELECT count(*) FROM pg_stat_activity WHERE query = 'NOTIFY outbox' AND datname = current_database()"
    assert world.query("alpha", left) == [(0,)]
    world.publish("alpha")
    assert door.rung()


def test_a_session_on_a_connection_of_its_own_does_not_ring(world: World, door: Door):
    """Those are tests, whose commits are not real, and the relay itself."""
    with world.engines["alpha"].connect() as connection, Session(connection) as session:
        world.publish("alpha", session=session)
        session.commit()
    assert not door.rung(LONG_ENOUGH)
