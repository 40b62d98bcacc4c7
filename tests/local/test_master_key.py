"""`members rotate-master-key` and `verify-audit` against a real HTTP server that says what the service would."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deploy.local import master_key
from deploy.local.secret_folder import new_key
from services.members.master_keys import key_id, read_keys
from tests.local.conftest import Run, Service


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "members_master_key"
    file.write_text(new_key())
    monkeypatch.setenv("MEMBERS_MASTER_KEY_FILE", str(file))
    monkeypatch.setattr(master_key, "PAUSE", 0)
    return file


def told(file: Path, done: int, left: int) -> Callable[[], dict[str, Any]]:
    """What a service says that reads the file at each call."""
    return lambda: {"newest": key_id(read_keys(file.read_text())[0]), "done": done, "left": left}


def aged(file: Path, minutes: float) -> None:
    at = time.time() - 60 * minutes
    os.utime(file, (at, at))


def test_a_new_key_goes_on_top_and_every_members_key_is_wrapped_with_it(service: Service, run: Run, file: Path):
    before, inode = file.read_text(), file.stat().st_ino
    behind = {"newest": key_id(read_keys(before)[0]), "done": 0, "left": 0}
    service.answers = [behind, behind, told(file, 0, 450), told(file, 200, 250), told(file, 200, 50), told(file, 50, 0)]
    code, out, err = run("members", "rotate-master-key")
    assert (code, err) == (0, "")
    assert "A new key stands first" in out
    assert "--drop-old" in out
    newest, old = file.read_text().split()
    assert old == before
    assert newest != before
    assert file.stat().st_ino == inode, "a container that was given the file goes on seeing it"
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    assert {path for _, path, *_ in service.asked} == {"/api/members/internal/keys/rewraps"}


def test_where_the_service_uses_another_file_nothing_is_written(service: Service, run: Run, file: Path):
    before = file.read_text()
    service.answers = [{"newest": "another", "done": 0, "left": 3}] * master_key.TRIES
    code, _, err = run("members", "rotate-master-key")
    assert (code, file.read_text()) == (1, before)
    assert "does not use the first key" in err


def test_keys_that_do_not_open_are_told_of(service: Service, run: Run, file: Path):
    service.answers = [told(file, 0, 2), *[told(file, 0, 2)] * master_key.TRIES]
    code, _, err = run("members", "rotate-master-key", "--go-on")
    assert code == 1
    assert "2 members' keys open with no key" in err


def test_old_keys_go_once_nothing_needs_them(service: Service, run: Run, file: Path):
    newest = new_key()
    file.write_text(f"{newest}\n{file.read_text()}")
    assert "Wait until it is 10" in run("members", "rotate-master-key", "--drop-old")[2]
    aged(file, 11)
    service.answers = [told(file, 0, 5)]
    assert "still wraps 5 members' keys" in run("members", "rotate-master-key", "--drop-old")[2]
    service.answers = [told(file, 0, 0)]
    assert run("members", "rotate-master-key", "--drop-old")[0] == 0
    assert file.read_text() == newest
    assert "only one key" in run("members", "rotate-master-key", "--drop-old")[2]


@pytest.mark.parametrize("damage", [None, "", "\xff"])
def test_a_file_that_cannot_be_read_is_named(service: Service, run: Run, file: Path, damage: str | None):
    file.unlink() if damage is None else file.write_text(damage)
    code, _, err = run("members", "rotate-master-key")
    assert code == 1
    assert str(file) in err


def test_a_whole_trail_is_told_with_its_end_and_a_broken_one_with_its_place(service: Service, run: Run):
    service.answers = [
        {"whole": True, "entries": 3, "last": 7, "hash": "ab12", "broken_at": None, "why": None},
        {"whole": False, "entries": 0, "last": 0, "hash": "", "broken_at": 5, "why": "An entry was altered."},
    ]
    code, out, _ = run("members", "verify-audit")
    assert code == 0
    assert "3 entries. The last is 7, ab12." in out
    assert run("members", "verify-audit") == (1, "", "The audit trail is broken at entry 5: An entry was altered.\n")
