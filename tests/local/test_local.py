"""Everything together, as `make run` starts it: about ten seconds, most of them imports."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import psutil
import pytest

COMMAND = [sys.executable, "-m", "deploy.local.command", "local"]


def free_ports() -> tuple[int, int]:
    """One for the pages, and one with a free one above it for the simulator and its mail."""
    with socket.create_server(("127.0.0.1", 0)) as pages:
        for simulator in range(20000 + pages.getsockname()[1] % 10000, 32000, 2):
            with socket.socket() as first, socket.socket() as second:
                if not first.connect_ex(("127.0.0.1", simulator)) or not second.connect_ex(
                    ("127.0.0.1", simulator + 1)
                ):
                    continue
                return pages.getsockname()[1], simulator
    raise AssertionError("no two ports are free")


class Running:
    def __init__(self, data: Path) -> None:
        port, simulator = free_ports()
        self.address = f"http://127.0.0.1:{port}"
        self.words = [
            *COMMAND,
            "--data",
            str(data),
            "--port",
            str(port),
            "--simulator-port",
            str(simulator),
            "--no-demo",
        ]
        self.process = subprocess.Popen(self.words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.told = ""

    def read_until(self, words: str) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.told += line
            if words in line:
                return
        raise AssertionError(f"it ended: {self.told}")

    def leave(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    running = Running(tmp_path / "data")
    yield running
    running.leave()


def test_it_starts_serves_refuses_a_second_start_and_leaves_nothing_behind(running: Running):
    running.read_until("Ctrl-C stops all of it")
    children = psutil.Process(running.process.pid).children(recursive=True)
    assert running.address in running.told
    assert httpx2.get(f"{running.address}/").status_code == 200
    assert httpx2.get(f"{running.address}/health/ready").json() == {"status": "ok"}
    assert httpx2.get(f"{running.address}/api/events/occurrences").json()["items"] == []

    second = subprocess.run(running.words, capture_output=True, text=True, check=False, timeout=30)
    assert (second.returncode, second.stdout, second.stderr.count("\n")) == (1, "", 1)
    assert f"is already running on {running.words[5]}, at {running.address}/" in second.stderr

    running.process.send_signal(signal.SIGINT)
    rest, _ = running.process.communicate(timeout=30)
    assert "Stopping …" in rest
    assert running.process.returncode == 0
    assert not any(child.is_running() for child in children)
