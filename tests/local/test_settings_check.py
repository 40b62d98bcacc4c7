"""Wrong and missing settings, each in one line that names it."""

import json
import os
from pathlib import Path

import pytest

from deploy.local.engines import Postgres, Valkey
from deploy.local.parts import named, settings_refused
from deploy.local.refusal import Refusal
from deploy.local.secret_folder import new_signing_key, public_half
from deploy.local.secret_list import key_set, public_key
from deploy.local.settings_check import check_broker, check_login, check_settings, required, setting
from shared.settings import CommonSettings

EVENTS, OTHER = new_signing_key(), new_signing_key()


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The whole environment, and nothing of this machine's."""
    environment = {"TRUSTED_KEYS": key_set([public_key("events", public_half(EVENTS))]), "EVENTS_SIGNING_KEY": EVENTS}
    monkeypatch.setattr(os, "environ", environment)
    return environment


def test_right_settings_pass(environment: dict[str, str]):
    check_settings(["events"])


def test_a_value_may_be_in_a_file(environment: dict[str, str], tmp_path: Path):
    (tmp_path / "key").write_text(f"{EVENTS}\n")
    environment |= {"EVENTS_SIGNING_KEY_FILE": str(tmp_path / "key")}
    del environment["EVENTS_SIGNING_KEY"]
    assert setting("EVENTS_SIGNING_KEY") == EVENTS.strip()
    check_settings(["events"])


def test_a_file_that_is_not_there_is_named(environment: dict[str, str]):
    environment["EVENTS_DATABASE_URL_FILE"] = "/nowhere"
    with pytest.raises(Refusal, match=r"EVENTS_DATABASE_URL_FILE names /nowhere, which cannot be read: No such file"):
        check_settings(["events"])


def test_a_missing_setting_is_named(environment: dict[str, str]):
    with pytest.raises(Refusal, match=r"BROKER_URL is not set\. Set it, or set BROKER_URL_FILE"):
        required("BROKER_URL")


@pytest.mark.parametrize("keys", ["", "no", "[]", '{"keys": 1}', '{"keys": [{}]}'])
def test_damaged_trusted_keys_are_named(environment: dict[str, str], keys: str):
    environment["TRUSTED_KEYS"] = keys
    with pytest.raises(Refusal, match="TRUSTED_KEYS is not"):
        check_settings(["events"])


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"EVENTS_SIGNING_KEY": "no key"}, "EVENTS_SIGNING_KEY is wrong: it should hold an Ed25519 private key"),
        ({"EVENTS_SIGNING_KEY": OTHER}, "EVENTS_SIGNING_KEY is wrong: its public half is not the key named 'events'"),
        ({"EVENTS_DATABASE_URL": "no address"}, "EVENTS_DATABASE_URL is wrong: it is not the address"),
    ],
)
def test_a_wrong_secret_is_named(environment: dict[str, str], changed: dict[str, str], told: str):
    environment |= changed
    with pytest.raises(Refusal, match=told):
        check_settings(["events"])


def test_a_wrong_master_key_is_named(environment: dict[str, str]):
    environment |= {"TRUSTED_KEYS": json.dumps({"keys": []}), "MEMBERS_MASTER_KEY": "c2hvcnQ="}
    with pytest.raises(Refusal, match="MEMBERS_MASTER_KEY is wrong: it should hold 32 bytes in base64"):
        check_settings(["members"])


def test_a_wrong_database_password_is_named_and_not_shown(environment: dict[str, str], server: Postgres):
    environment["EVENTS_DATABASE_URL"] = f"postgresql+psycopg://postgres:guessed@127.0.0.1:{server.port}/postgres"
    with pytest.raises(Refusal, match="EVENTS_DATABASE_URL is wrong: the database does not take") as refused:
        check_login("EVENTS_DATABASE_URL")
    assert "guessed" not in str(refused.value)


def test_a_database_that_does_not_answer_yet_is_waited_for(environment: dict[str, str]):
    environment["EVENTS_DATABASE_URL"] = "postgresql+psycopg://events:x@127.0.0.1:1/events"
    check_login("EVENTS_DATABASE_URL")


def test_a_wrong_broker_password_is_named(environment: dict[str, str], valkey: Valkey):
    environment["BROKER_URL"] = f"redis://:guessed@127.0.0.1:{valkey.port}/0"
    with pytest.raises(Refusal, match="BROKER_URL is wrong: the broker does not take that password"):
        check_broker()
    environment["BROKER_URL"] = valkey.url()
    assert check_broker() == valkey.url()


def test_a_broker_that_does_not_answer_yet_is_waited_for(environment: dict[str, str]):
    environment["BROKER_URL"] = "redis://:x@127.0.0.1:1/0"
    assert check_broker() == environment["BROKER_URL"]


def test_what_a_service_misses_is_told_by_the_names_of_the_environment(environment: dict[str, str]):
    del environment["TRUSTED_KEYS"]
    environment["CLOCK_OFFSET"] = "soon"
    with pytest.raises(Refusal) as refused, settings_refused("events"):
        CommonSettings()
    told = str(refused.value)
    assert told.startswith("events cannot start: TRUSTED_KEYS is not set; CLOCK_OFFSET: ")
    assert "\n" not in told


def test_services_are_named_once_and_in_order():
    assert named(["web", "events", "web"]) == ("events", "web")
    assert named(["all"]) == ("members", "events", "feedback", "notifications", "chat", "web")
    with pytest.raises(Refusal, match=r"There is no 'nobody' here\. Choose from: members, events"):
        named(["nobody"])
