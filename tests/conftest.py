import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import hypothesis
import pytest

from shared.db import Sessions
from shared.testing.databases import Databases
from shared.testing.keys import Keyring

# How long an example takes says nothing on a machine that is shared. In CI the examples are the same each time.
_parent = hypothesis.settings.get_profile("ci" if os.environ.get("CI") else "default")
hypothesis.settings.register_profile("patient", parent=_parent, deadline=None)
hypothesis.settings.load_profile("patient")


class Clock:
    """A clock that stands until it is told to go on."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def go_on(self, **time: float) -> None:
        self.at += timedelta(**time)

    def set(self, at: datetime) -> None:
        self.at = at


@contextmanager
def engine_folder() -> Iterator[Path]:
    """Not one of pytest's: its next run shuts other accounts out of those, and PostgreSQL may have one of its own."""
    with TemporaryDirectory(prefix="afterhours-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture
def clock() -> Clock:
    """Monday 23 November 2026, half past ten in the morning; London is on UTC."""
    return Clock(datetime(2026, 11, 23, 10, 30, tzinfo=UTC))


@pytest.fixture(scope="session")
def keys() -> Keyring:
    return Keyring()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a superuser on a real PostgreSQL, started when the first test asks for it."""
    if os.environ.get("INFRA") == "containers":
        from testcontainers.community.postgres import PostgresContainer

        with PostgresContainer("postgres:17", driver="psycopg") as container:
            yield container.get_connection_url()
        return
    from deploy.local.engines import Postgres

    with engine_folder() as folder:
        server = Postgres(folder, durable=False).start()
        yield server.admin_url()
        server.stop(hurry=True)


@pytest.fixture(scope="session")
def broker() -> Iterator[str]:
    """The URL of a real Redis or Valkey, started when the first test asks for it."""
    if os.environ.get("INFRA") == "containers":
        from testcontainers.community.redis import RedisContainer

        with RedisContainer("redis:8") as container:
            yield f"redis://{container.get_container_host_ip()}:{container.get_exposed_port(6379)}/0"
        return
    from deploy.local.engines import Valkey

    with engine_folder() as folder:
        server = Valkey(folder).start()
        yield server.url()
        server.stop(hurry=True)


@pytest.fixture(scope="session")
def databases(postgres: str) -> Databases:
    return Databases(postgres)


@pytest.fixture
def sessions(databases: Databases) -> Iterator[Callable[[str], Sessions]]:
    """`sessions("events")`: a service's migrated database, whose changes are gone after the test."""
    with ExitStack() as stack:
        lent: dict[str, Sessions] = {}

        def of(service: str) -> Sessions:
            if service not in lent:
                lent[service] = stack.enter_context(databases.lent(service))
            return lent[service]

        yield of
