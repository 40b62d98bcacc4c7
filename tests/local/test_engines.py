"""The real engines: passwords, restarts, and what a crash or a stranger's folder leaves behind."""

import json
import os
import shutil
import signal
from pathlib import Path

import psycopg
import pytest
import redis

from deploy.local.engines import Postgres, Valkey
from deploy.local.refusal import Refusal


def connect(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("+psycopg", ""), connect_timeout=5)


def value(url: str, statement: str) -> object:
    with connect(url) as connection:
        row = connection.execute(statement.encode()).fetchone()
        assert row is not None
        return row[0]


def crash(engine: Postgres | Valkey) -> None:
    os.kill(engine.process.pid, signal.SIGKILL)
    engine.process.wait()


def test_each_role_reaches_its_own_database_and_no_other(server: Postgres):
    urls = server.ensure_databases(["members", "events"])
    assert value(urls["members"], "SELECT current_user || '/' || current_database()") == "members/members"
    for database in ("events", "postgres", "template1"):
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            connect(urls["members"].rsplit("/", 1)[0] + f"/{database}")


def test_a_role_owns_its_tables_and_is_no_superuser(server: Postgres):
    url = server.ensure_databases(["members"])["members"]
    with connect(url) as connection:
        connection.execute("CREATE TABLE kept (word text)")
    assert (
        value(url, "SELECT rolsuper OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = 'members'") is False
    )


def test_no_password_no_entry(server: Postgres):
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(host="127.0.0.1", port=server.port, user="postgres", dbname="postgres", connect_timeout=5)


def test_databases_are_made_once_and_keep_their_address(server: Postgres):
    assert server.ensure_databases(["chat"]) == server.ensure_databases(["chat"])


def test_passwords_are_for_their_owner_only(server: Postgres):
    assert (server.data / "passwords.json").stat().st_mode & 0o777 == 0o600


def test_postgres_comes_back_after_a_crash_with_what_was_committed(tmp_path: Path):
    with Postgres(tmp_path / "postgres") as postgres:
        url = postgres.ensure_databases(["events"])["events"]
        with connect(url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
        crash(postgres)
        assert not postgres.running
        postgres.start()
        assert value(url, "SELECT one FROM kept") == 1


def test_a_lock_file_of_a_process_that_is_now_another_is_no_hindrance(tmp_path: Path):
    with Postgres(tmp_path / "postgres", durable=False) as postgres:
        postgres.stop()
        # The number of a process that runs, and is no PostgreSQL: ours.
        (postgres.cluster / "postmaster.pid").write_text(f"{os.getpid()}\n")
        assert postgres.start().running


def test_a_server_that_outlived_its_supervisor_is_shut_down_first(tmp_path: Path):
    with Postgres(tmp_path / "postgres", durable=False) as left, Postgres(tmp_path / "postgres") as fresh:
        assert fresh.running
        assert left.process.wait(10) == 0


def test_a_durable_server_says_so(tmp_path: Path):
    with Postgres(tmp_path / "postgres") as postgres:
        settings = [value(postgres.admin_url(), f"SHOW {name}") for name in ("fsync", "max_connections", "jit")]
        assert settings == ["on", "200", "off"]


def test_data_of_another_major_version_is_one_clear_line(tmp_path: Path, server: Postgres):
    cluster = tmp_path / "old" / "cluster"
    cluster.mkdir(parents=True)
    (cluster / "PG_VERSION").write_text("16\n")
    with pytest.raises(
        Refusal, match=r"written by PostgreSQL 16, and this is PostgreSQL 18\. Start with another --data"
    ):
        Postgres(tmp_path / "old").start()


@pytest.mark.parametrize("kept", [None, "not json", "{}"])
def test_lost_passwords_are_one_clear_line(tmp_path: Path, server: Postgres, kept: str | None):
    (tmp_path / "cluster").mkdir()
    shutil.copy(server.cluster / "PG_VERSION", tmp_path / "cluster")
    if kept is not None:
        (tmp_path / "passwords.json").write_text(kept)
    with pytest.raises(Refusal, match=r"passwords\.json does not hold the passwords"):
        Postgres(tmp_path).start()


def test_a_wrong_password_is_one_clear_line(server: Postgres):
    file = server.data / "passwords.json"
    right = file.read_text()
    try:
        file.write_text(json.dumps({"postgres": "wrong"}))
        other = Postgres(server.data, port=server.port)
        with pytest.raises(Refusal, match=r"passwords\.json does not hold the passwords"):
            other.ensure_databases(["events"])
    finally:
        file.write_text(right)


def test_a_first_start_that_was_interrupted_leaves_nothing_half_made(tmp_path: Path):
    half = tmp_path / "cluster.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    with Postgres(tmp_path, durable=False) as postgres:
        assert postgres.running
    assert not half.exists()


def test_a_port_chosen_by_the_caller_is_not_exchanged_for_another(tmp_path: Path, server: Postgres):
    second = Postgres(tmp_path / "second", durable=False, port=server.port)
    with pytest.raises(Refusal, match="PostgreSQL did not start"):
        second.start()
    second.stop()


def test_a_port_lost_to_another_program_before_the_start_is_exchanged(tmp_path: Path, valkey: Valkey):
    second = Valkey(tmp_path / "second")
    second._port = valkey.port
    with second:
        assert second.port != valkey.port


def test_valkey_keeps_nothing_and_comes_back_at_the_same_address(valkey: Valkey):
    url = valkey.url()
    with redis.Redis.from_url(url) as client:
        client.set("carried", "1")
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "allkeys-lru"}
    crash(valkey)
    valkey.start()
    assert valkey.url() == url
    with redis.Redis.from_url(url) as client:
        assert client.get("carried") is None


def test_valkey_wants_its_password(valkey: Valkey):
    with redis.Redis(port=valkey.port) as client, pytest.raises(redis.AuthenticationError):
        client.ping()


def test_stopping_twice_or_before_the_start_is_nothing_special(tmp_path: Path):
    engine = Valkey(tmp_path)
    engine.stop()
    with engine:
        engine.stop(hurry=True)
    assert not engine.running


def test_a_full_disk_is_one_clear_line(tmp_path: Path):
    told = str(Postgres(tmp_path).refusal('2026-11-26 FATAL:  could not write file "x": No space left on device'))
    assert told.startswith("The disk that holds ")
    assert "\n" not in told
