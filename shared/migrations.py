"""Migrations, run by Alembic: each service its own, one at a time, and never waiting long for a lock."""

import zlib
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from alembic import command, context
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, create_engine, text
from sqlalchemy.orm import Session

from shared.db import Base
from shared.erasure import ErasedMember
from shared.idempotency import IdempotencyKey
from shared.messaging.log import start_log
from shared.messaging.tables import OutboxRow

# Named so that a reader sees which tables `Base` holds once both have been imported.
COMMON_TABLES = (OutboxRow.__table__, IdempotencyKey.__table__, ErasedMember.__table__)


class DatabaseNewerError(Exception):
    """The database was migrated by a later version of the code than this one."""


def config_for(service: str, url: str) -> Config:
    """Alembic's configuration for one service."""
    package = import_module(f"services.{service}")
    assert package.__file__ is not None
    config = Config()
    config.set_main_option("script_location", str(Path(package.__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = url
    config.attributes["service"] = service
    return config


def migrate(service: str, url: str) -> None:
    """Bring one service's database up to date; raises DatabaseNewerError."""
    config = config_for(service, url)
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            here = MigrationContext.configure(connection).get_current_revision()
        known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
        if here is not None and here not in known:
            raise DatabaseNewerError(
                f"The {service} database is at revision {here}, which this version does not know. "
                "Run the version that wrote it, or a later one."
            )
        command.upgrade(config, "head")
        with Session(engine) as session:
            start_log(session)
            session.commit()
    finally:
        engine.dispose()


def revise(service: str, url: str, message: str) -> None:
    """Write a new revision from what the models say and the migrated database does not."""
    config = config_for(service, url)
    command.upgrade(config, "head")
    number = len(list(ScriptDirectory.from_config(config).walk_revisions())) + 1
    command.revision(config, message, autogenerate=True, rev_id=f"{number:04d}")


def all_tables(metadata: MetaData) -> MetaData:
    """A service's own tables and those that every service with a log has."""
    every = MetaData(naming_convention=metadata.naming_convention)
    for table in (*metadata.tables.values(), *Base.metadata.tables.values()):
        # How long rows are kept is for the sweep to know, and not for the database.
        table.to_metadata(every).info = {}
    return every


def differences(url: str, metadata: MetaData) -> Sequence[Any]:
    """What the models say and the migrated database does not; empty when they agree."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            migrated = MigrationContext.configure(connection, opts={"compare_type": True})
            return list(compare_metadata(migrated, all_tables(metadata)))
    finally:
        engine.dispose()


def run_env(metadata: MetaData) -> None:
    """The whole of a service's `env.py`."""
    url = context.config.attributes["url"]
    service = context.config.attributes["service"]
    engine = create_engine(url)
    with engine.connect() as connection:
        # A migration that cannot have its lock at once must not make everybody queue behind it.
        connection.execute(text("SET lock_timeout = '4s'"))
        connection.execute(text("SET statement_timeout = '60s'"))
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": zlib.crc32(f"migrate:{service}".encode())})
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=all_tables(metadata),
            transaction_per_migration=True,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()
