"""What can be wrong at the start: each is one line that says what to do, and nothing is started."""

import errno
import os
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.local import command
from deploy.local.data_folder import DataFolder
from deploy.local.local import explained
from deploy.local.ports import is_taken, require_free
from deploy.local.refusal import Refusal
from deploy.local.stack import Choices
from deploy.local.supervisor import StopAsked

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


def test_a_second_start_says_where_the_first_is(run: Run, tmp_path: Path):
    with DataFolder(tmp_path, "http://127.0.0.1:8000/"):
        code, _, told = run("local", "--data", tmp_path)
    assert code == 1
    assert told.startswith(
        f"Afterhours is already running on {tmp_path}, at http://127.0.0.1:8000/ (process {os.getpid()})."
    )
    assert told.count("\n") == 1


def test_a_run_that_was_killed_is_known_by_what_it_left(tmp_path: Path):
    with DataFolder(tmp_path, "x") as folder:
        assert not folder.left_in_a_hurry
    with DataFolder(tmp_path, "x") as folder:
        assert not folder.left_in_a_hurry
    (tmp_path / "lock").write_text("{}")
    with DataFolder(tmp_path, "x") as folder:
        assert folder.left_in_a_hurry


def test_a_taken_port_is_named_with_the_way_to_choose_another(run: Run, tmp_path: Path, taken: int):
    code, _, told = run("local", "--data", tmp_path, "--port", taken)
    assert code == 1
    assert told.startswith(f"Port {taken}, meant for the pages and APIs, is taken by another program. Choose another")
    assert "--port" in told
    assert told.count("\n") == 1
    assert not (tmp_path / "postgres").exists()


def test_a_taken_simulator_port_is_named_too(run: Run, tmp_path: Path, taken: int, free: int):
    code, _, told = run("local", "--data", tmp_path, "--port", free, "--simulator-port", taken)
    assert code == 1
    assert told.startswith(f"Port {taken}, meant for the simulator, is taken")


def test_serving_on_a_taken_port_is_one_line(run: Run, taken: int):
    code, _, told = run("serve", "web", "--port", taken)
    assert (code, told.count("\n")) == (1, 1)


def test_a_port_that_is_just_being_left_is_waited_for(free: int):
    server = socket.create_server(("127.0.0.1", free))
    assert is_taken(free)
    server.close()
    require_free(free, "--port", "x", patience=5)


def test_data_in_a_file_is_one_line(run: Run, tmp_path: Path):
    (tmp_path / "file").touch()
    code, _, told = run("local", "--data", tmp_path / "file")
    assert (code, told.count("\n")) == (1, 1)
    assert "is not a folder" in told


def test_a_folder_that_cannot_be_made_is_one_line(run: Run):
    code, _, told = run("local", "--data", "/proc/afterhours")
    assert (code, told.count("\n")) == (1, 1)
    assert "Choose another with --data" in told


def test_a_full_disk_is_one_line():
    told = str(explained(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "x"), Path("/data")))
    assert told.startswith("The disk that holds /data is full. Free some space there")


@pytest.mark.parametrize("clock", ["tomorrow", "2026-13-01", "18:00"])
def test_a_clock_that_is_no_time_is_one_line(run: Run, tmp_path: Path, clock: str):
    code, _, told = run("local", "--data", tmp_path, "--clock", clock)
    assert (code, told.count("\n")) == (2, 1)


def test_the_clock_runs_on_from_the_time_given():
    at = command.moment("2026-11-26T17:30:00+00:00")
    assert at is not None
    assert Choices(Path(), clock=at).clock_offset(at.replace(hour=16)) == 3600
    assert Choices(Path()).clock_offset(at) == 0
    assert command.moment("2026-11-26T17:30") == at


@pytest.mark.parametrize(
    "words", [["local", "--port", "0"], ["local", "--port", "70000"], ["fly"], ["serve", "nobody"]]
)
def test_what_the_command_does_not_know_is_code_two(run: Run, words: list[str]):
    code, _, told = run(*words)
    assert code == 2
    assert "Traceback" not in told


def test_an_unexpected_error_is_one_line_and_its_traceback_is_in_a_file(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".data" / "logs").mkdir(parents=True)
    monkeypatch.setattr(command, "moment", lambda _: 1 / 0)
    code, _, told = run("local")
    assert (code, told.count("\n")) == (1, 1)
    assert "ZeroDivisionError" in told
    (log,) = (tmp_path / ".data" / "logs").iterdir()
    assert "Traceback" in log.read_text()
    assert log.name in told


def test_with_debug_the_traceback_is_shown(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(command, "moment", lambda _: 1 / 0)
    monkeypatch.setattr(sys, "argv", ["afterhours", "local", "--debug"])
    monkeypatch.setenv(command.DEBUG, "")
    with pytest.raises(ZeroDivisionError):
        command.main()


def test_stopping_is_no_failure_that_anything_could_swallow():
    assert not issubclass(StopAsked, Exception)
    assert issubclass(Refusal, Exception)
