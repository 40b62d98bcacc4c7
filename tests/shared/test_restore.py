"""A log that comes out of a backup: real copies of a database, as a restore makes them."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url, text

from shared.db import connect, session_factory
from shared.testing.databases import Databases
from tests.shared.world import World


@pytest.fixture
def own(databases: Databases) -> Iterator[World]:
    """A world of one's own, whose databases may be dropped."""
    world = World(databases)
    yield world
    world.close()


class Server:
    """Copies databases, and puts copies in the place of others, as an operator would."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._url = make_url(world.urls["alpha"]).set(drivername="postgresql", database="postgres")

    def backup(self) -> str:
        self._copy(self._name(), f"{self._name()}_backup")
        return f"{self._name()}_backup"

    def restore(self, backup: str) -> None:
        """In the same place, under the same name."""
        self._run("DROP DATABASE {} WITH (FORCE)", self._name())
        self._copy(backup, self._name())

    def _copy(self, source: str, target: str) -> None:
        self._world.engines["alpha"].dispose()
        self._run("CREATE DATABASE {} TEMPLATE {}", target, source)

    def _name(self) -> str:
        return str(make_url(self._world.urls["alpha"]).database)

    def _run(self, statement: str, *names: str) -> None:
        with psycopg.connect(self._url.render_as_string(hide_password=False), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def test_positions_that_were_given_before_are_not_skipped(own: World):
    """delta, whose cursors are in another database, heard messages that the restored log knows nothing of."""
    delta, server = own.subscriber("delta"), Server(own)
    kept = [own.publish("alpha") for _ in range(3)]
    own.step("alpha")
    backup = server.backup()
    lost = [own.publish("alpha") for _ in range(2)]
    own.step("alpha")
    delta.catch_up("alpha")
    server.restore(backup)
    new = [own.publish("alpha") for _ in range(4)]
    own.step("alpha")
    delta.catch_up("alpha")
    assert own.heard("delta", "alpha") == kept + lost + [*new, own.retold["alpha"]]


def test_who_looks_before_the_relay_has_is_not_led_astray(own: World):
    delta, server = own.subscriber("delta"), Server(own)
    own.publish("alpha")
    own.step("alpha")
    backup = server.backup()
    own.publish("alpha")
    own.step("alpha")
    delta.catch_up("alpha")
    server.restore(backup)
    delta.catch_up("alpha")  # It is ahead of the log, and asks for its state.
    new = own.publish("alpha")
    own.step("alpha")
    delta.catch_up("alpha")
    assert own.heard("delta", "alpha")[2:] == [own.retold["alpha"], new]


def test_files_put_back_under_the_server_are_noticed_by_who_is_ahead(world: World):
    """Such a restore leaves no trace in the database itself; it is told from a subscriber's cursor."""
    gamma = world.subscriber("gamma")
    world.publish("alpha")
    world.step("alpha")
    dump = world.dump("alpha")
    world.publish("alpha")
    world.step("alpha")
    gamma.catch_up("alpha")
    world.restore("alpha", dump, home=None)
    gamma.catch_up("alpha")
    new = world.publish("alpha")
    world.step("alpha")
    gamma.catch_up("alpha")
    assert world.heard("gamma", "alpha")[2:] == [world.retold["alpha"], new]


def test_a_log_that_stays_where_it_is_goes_on(own: World):
    own.publish("alpha")
    own.step("alpha")
    life = own.state("alpha")[0]
    own.engines["alpha"].dispose()
    own.publish("alpha")
    own.step("alpha")
    assert own.state("alpha")[0] == life


def test_housekeeping_does_not_move_a_log(own: World):
    own.step("alpha")
    life = own.state("alpha")[0]
    with own.engines["alpha"].connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in (
            "VACUUM FREEZE pg_type",
            "VACUUM FULL pg_type",
            "VACUUM FULL log_state",
            "ALTER TABLE log_state ADD COLUMN later int",
        ):
            connection.execute(text(statement))
    own.step("alpha")
    assert own.state("alpha")[0] == life


def test_the_place_of_a_log_can_be_told_by_an_ordinary_role(own: World):
    with own.transaction("alpha") as session:
        session.execute(text("DROP ROLE IF EXISTS clerk"))
        session.execute(text("CREATE ROLE clerk LOGIN PASSWORD 'clerk'"))
        session.execute(text("GRANT ALL ON ALL TABLES IN SCHEMA public TO clerk"))
    url = make_url(own.urls["alpha"]).set(username="clerk", password="clerk")
    engine = connect(url.render_as_string(hide_password=False))
    with session_factory(engine).begin() as session:
        own.logs["alpha"].number(session, 10, now=own.clock())
    engine.dispose()
