import json
import os
from pathlib import Path
from uuid import uuid4

import pytest

from deploy.local.compose_secrets import write_secrets
from deploy.local.environment import (
    adopt,
    for_processes,
    local_environment,
    read_environment,
    write_environment,
)
from deploy.local.refusal import Refusal
from deploy.local.secret_folder import SecretFolder
from deploy.local.secret_list import ISSUERS, keys
from shared.auth import Signer, Verifier

URLS = {"members": "postgresql+psycopg://members:pass@127.0.0.1:1/members"}


def environment(data: Path, simulator_port: int | None = 8025) -> dict[str, str]:
    return local_environment(
        data,
        port=8000,
        simulator_port=simulator_port,
        clock_offset=0,
        database_urls=URLS,
        broker_url="redis://:pass@127.0.0.1:1/0",
    )


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_secrets_are_made_once_and_kept(tmp_path: Path):
    write_secrets(tmp_path / "secrets")
    first = contents(tmp_path / "secrets")
    (tmp_path / "secrets" / "chat_database_url").unlink()
    write_secrets(tmp_path / "secrets")
    assert contents(tmp_path / "secrets") == first


def test_only_their_owner_opens_the_folder_and_any_containers_user_reads_the_files(tmp_path: Path):
    folder = tmp_path / "secrets"
    write_secrets(folder)
    folder.chmod(0o755)
    (folder / "redis_password").chmod(0o600)
    write_secrets(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o644}


def test_secrets_of_this_machine_are_for_their_owner_only(tmp_path: Path):
    keys(SecretFolder(tmp_path / "secrets"))
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "secrets").iterdir()} == {0o600}


def test_the_mail_servers_password_is_the_operators_to_set(tmp_path: Path):
    write_secrets(tmp_path)
    assert (tmp_path / "smtp_password").read_text() == ""
    (tmp_path / "smtp_password").write_text("given")
    write_secrets(tmp_path)
    assert (tmp_path / "smtp_password").read_text() == "given"


def test_every_url_holds_the_password_of_its_own_file(tmp_path: Path):
    write_secrets(tmp_path)
    found = contents(tmp_path)
    assert found["events_postgres_password"] in found["events_database_url"]
    assert found["redis_password"] in found["broker_url"]
    assert len({found[name] for name in found if name.endswith("_postgres_password")}) == 5


def test_services_believe_what_each_issuer_signs(tmp_path: Path):
    found = keys(SecretFolder(tmp_path))
    assert [key["kid"] for key in json.loads(found["trusted_keys"])["keys"]] == list(ISSUERS)
    token = Signer("operator", found["operator_signing_key"]).service_token("members", "members:import")
    assert Verifier("members", found["trusted_keys"]).caller(token).issuer == "operator"
    member = Signer("members", found["members_signing_key"]).member_token(uuid4(), {})
    assert Verifier("events", found["trusted_keys"]).caller(member).member_id is not None


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("members_master_key", "short"),
        ("members_master_key", "AAAA"),
        ("events_signing_key", "-----BEGIN PRIVATE KEY-----\nno\n-----END PRIVATE KEY-----"),
        ("twilio_auth_token", ""),
    ],
)
def test_a_damaged_secret_is_named_and_never_replaced(tmp_path: Path, name: str, text: str):
    write_secrets(tmp_path)
    (tmp_path / name).write_text(text)
    with pytest.raises(Refusal, match=rf"{name} does not hold .* Put back the file that was there"):
        write_secrets(tmp_path)
    assert (tmp_path / name).read_text() == text


def test_the_command_reads_back_what_the_processes_were_told(tmp_path: Path):
    told = environment(tmp_path)
    write_environment(tmp_path, told)
    assert read_environment(tmp_path) == told
    assert (tmp_path / "afterhours.env").stat().st_mode & 0o777 == 0o600


def test_services_do_not_get_the_operators_key(tmp_path: Path):
    assert "OPERATOR_SIGNING_KEY" not in for_processes(environment(tmp_path))


def test_with_the_simulator_nothing_in_the_environment_can_reach_real_people(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for name in ("TWILIO_API_URL", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "SMTP_HOST", "SMTP_PASSWORD"):
        monkeypatch.setenv(name, "real")
    told = for_processes(environment(tmp_path))
    assert "real" not in {text for name, text in told.items() if name.startswith(("TWILIO_", "SMTP_"))}


def test_without_the_simulator_the_operators_providers_are_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "real")
    monkeypatch.delenv("SMTP_HOST", raising=False)
    told = for_processes(environment(tmp_path, simulator_port=None))
    assert told["TWILIO_ACCOUNT_SID"] == "real"
    assert "SMTP_HOST" not in told


def test_without_the_simulator_and_without_providers_it_says_what_to_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for name in ("TWILIO_ACCOUNT_SID", "SMTP_HOST"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(Refusal, match="Set SMTP_HOST"):
        environment(tmp_path, simulator_port=None)


def test_a_named_folder_wins_over_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(os, "environ", {"SERVICE_URLS": "elsewhere"})
    write_environment(tmp_path, {"SERVICE_URLS": "here"})
    adopt(None)
    assert os.environ["SERVICE_URLS"] == "elsewhere"
    adopt(tmp_path)
    assert os.environ["SERVICE_URLS"] == "here"


@pytest.mark.parametrize("text", ["'", "word"])
def test_a_damaged_environment_file_is_one_line(tmp_path: Path, text: str):
    (tmp_path / "afterhours.env").write_text(text)
    with pytest.raises(Refusal, match="is damaged"):
        adopt(tmp_path)
