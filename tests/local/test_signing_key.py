"""`afterhours members rotate-signing-key` on the files of a running Afterhours."""

import os
import time
from pathlib import Path
from uuid import uuid4

import pytest

from deploy.local.compose_secrets import write_secrets
from deploy.local.refusal import Refusal
from deploy.local.secret_list import published
from deploy.local.signing_key import ENDED_AFTER, KNOWN_AFTER, NEXT, rotate_signing_key
from shared.auth import Signer, Verifier
from shared.keys import SigningKey, TrustedKeys
from tests.local.conftest import Run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_secrets(tmp_path / "secrets")
    return tmp_path / "secrets"


def older(file: Path, seconds: float) -> None:
    at = time.time() - seconds - 1
    os.utime(file, (at, at))


def members_keys(folder: Path) -> list[str]:
    return [key["kid"] for key in published(folder / "trusted_keys") if key["kid"].startswith("members")]


def token(folder: Path) -> str:
    trusted = TrustedKeys((folder / "trusted_keys").read_text())
    return Signer("members", SigningKey("members", (folder / "members_signing_key").read_text(), trusted)).member_token(
        uuid4(), {}
    )


def believed(folder: Path, *tokens: str) -> bool:
    verifier = Verifier("events", (folder / "trusted_keys").read_text())
    return all(verifier.caller(each).member_id for each in tokens)


def test_three_steps_lead_to_a_new_key_and_every_token_is_believed_until_it_ends(folder: Path):
    first = token(folder)
    assert rotate_signing_key(folder).startswith("Step 1 of 3")
    assert members_keys(folder) == ["members", "members.2"]
    assert believed(folder, first, token(folder))
    older(folder / NEXT, KNOWN_AFTER.total_seconds())
    assert rotate_signing_key(folder).startswith("Step 2 of 3")
    assert not (folder / NEXT).exists()
    assert believed(folder, first, token(folder))
    older(folder / "members_signing_key", ENDED_AFTER.total_seconds())
    assert rotate_signing_key(folder).startswith("Step 3 of 3")
    assert members_keys(folder) == ["members.2"]
    assert believed(folder, token(folder))


def test_no_step_is_taken_too_soon(folder: Path):
    rotate_signing_key(folder)
    with pytest.raises(Refusal, match="seconds more"):
        rotate_signing_key(folder)
    older(folder / NEXT, KNOWN_AFTER.total_seconds())
    rotate_signing_key(folder)
    with pytest.raises(Refusal, match="nobody is signed out"):
        rotate_signing_key(folder)


def test_files_stay_the_same_files_for_containers_that_were_given_them(folder: Path):
    before = (folder / "trusted_keys").stat().st_ino
    rotate_signing_key(folder)
    assert (folder / "trusted_keys").stat().st_ino == before
    assert (folder / NEXT).stat().st_mode & 0o777 == 0o600


def test_starting_anew_in_the_middle_keeps_every_key(folder: Path):
    rotate_signing_key(folder)
    older(folder / NEXT, KNOWN_AFTER.total_seconds())
    rotate_signing_key(folder)
    write_secrets(folder)
    assert members_keys(folder) == ["members", "members.2"]
    older(folder / "members_signing_key", ENDED_AFTER.total_seconds())
    rotate_signing_key(folder)
    rotate_signing_key(folder)
    assert members_keys(folder) == ["members.2", "members.3"]


def test_a_folder_without_keys_is_said_so(run: Run, tmp_path: Path):
    code, _, told = run("members", "rotate-signing-key", "--secrets", tmp_path)
    assert (code, told.count("\n")) == (1, 1)
    assert "Name the folder of the secrets with --secrets." in told


def test_the_command_says_what_comes_next(run: Run, folder: Path):
    code, out, _ = run("members", "rotate-signing-key", "--secrets", folder)
    assert code == 0
    assert "the new key members.2" in out
