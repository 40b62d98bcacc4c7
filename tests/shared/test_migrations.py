"""Migrations: what they make is what the models say, and a later version's database is left alone."""

import pytest
from sqlalchemy import create_engine, text

from shared.db import Base
from shared.migrations import COMMON_TABLES, DatabaseNewerError, differences, migrate
from shared.testing.databases import Databases
from tests.tables import MIGRATED, metadata_of


def test_there_are_services_to_look_at():
    assert {"members", "events", "feedback", "notifications"} <= set(MIGRATED)
    assert set(COMMON_TABLES) <= set(Base.metadata.tables.values())


@pytest.mark.parametrize("service", MIGRATED)
def test_what_is_migrated_is_what_the_models_say(service: str, databases: Databases):
    with databases.owned(service) as url:
        assert differences(url, metadata_of(service)) == []


@pytest.mark.parametrize("service", MIGRATED)
def test_migrating_again_changes_nothing(service: str, databases: Databases):
    with databases.owned(service) as url:
        migrate(service, url)
        assert _rows(url, "SELECT count(*) FROM log_state") == [(1,)]


def test_the_database_of_a_later_version_is_left_alone(databases: Databases):
    with databases.owned("feedback") as url:
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        engine.dispose()
        with pytest.raises(DatabaseNewerError, match="9999"):
            migrate("feedback", url)
        assert _rows(url, "SELECT version_num FROM alembic_version") == [("9999",)]


def _rows(url: str, statement: str) -> list[tuple]:
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(text(statement))]
    engine.dispose()
    return rows
