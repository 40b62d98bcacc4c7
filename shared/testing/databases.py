"""Databases for tests: migrated once, then lent to each test, which leaves no trace."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
from psycopg import sql
from sqlalchemy import create_engine, make_url
from sqlalchemy.orm import sessionmaker

from shared.db import Sessions, connect, session_factory
from shared.migrations import migrate


class Databases:
    """Test databases on one server. `admin_url` is that of a superuser."""

    def __init__(self, admin_url: str) -> None:
        self._admin = make_url(admin_url)
        self._templates: dict[str, str] = {}

    @contextmanager
    def lent(self, service: str) -> Iterator[Sessions]:
        """Sessions whose commits are savepoints in one transaction, which is rolled back at the end."""
        engine = create_engine(self._url(self.template(service)), connect_args={"options": "-c timezone=UTC"})
        connection = engine.connect()
        transaction = connection.begin()
        try:
            yield sessionmaker(connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
        finally:
            transaction.rollback()
            connection.close()
            engine.dispose()

    @contextmanager
    def owned(self, service: str) -> Iterator[str]:
        """The URL of a database of one's own, in which commits are real."""
        name = f"{service}_{uuid4().hex[:12]}"
        self._run(sql.SQL("CREATE DATABASE {} TEMPLATE {}"), name, self.template(service))
        try:
            yield self._url(name)
        finally:
            self._run(sql.SQL("DROP DATABASE {} WITH (FORCE)"), name)

    @contextmanager
    def owned_sessions(self, service: str, pool_size: int = 10) -> Iterator[Sessions]:
        """Sessions that really commit, on a database of one's own."""
        with self.owned(service) as url:
            engine = connect(url, pool_size=pool_size)
            try:
                yield session_factory(engine)
            finally:
                engine.dispose()

    def copied(self, url: str) -> str:
        """The URL of a copy of a database that nobody is connected to: a backup."""
        name = f"backup_{uuid4().hex[:12]}"
        self._run(sql.SQL("CREATE DATABASE {} TEMPLATE {}"), name, _name_in(url))
        return self._url(name)

    def put_back(self, backup: str, url: str) -> None:
        """Restore a backup over a database, whatever is there."""
        self._run(sql.SQL("DROP DATABASE {} WITH (FORCE)"), _name_in(url))
        self._run(sql.SQL("CREATE DATABASE {} TEMPLATE {}"), _name_in(url), _name_in(backup))

    def empty(self, prefix: str, prepare: Callable[[str], None]) -> str:
        """The URL of a new database, prepared by a function; it stays until the server goes."""
        name = f"{prefix}_{uuid4().hex[:12]}"
        self._run(sql.SQL("CREATE DATABASE {}"), name)
        prepare(self._url(name))
        return self._url(name)

    def template(self, service: str) -> str:
        """The name of a service's migrated database, made when first asked for."""
        if service not in self._templates:
            name = f"template_{service}_{uuid4().hex[:12]}"
            self._run(sql.SQL("CREATE DATABASE {}"), name)
            migrate(service, self._url(name))
            self._templates[service] = name
        return self._templates[service]

    def _url(self, database: str) -> str:
        return self._admin.set(database=database).render_as_string(hide_password=False)

    def _run(self, statement: sql.SQL, *names: str) -> None:
        url = self._admin.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(statement.format(*map(sql.Identifier, names)))


def _name_in(url: str) -> str:
    name = make_url(url).database
    assert name is not None
    return name
