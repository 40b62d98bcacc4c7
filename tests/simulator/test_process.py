"""The process starts with a line of reason where it cannot, and stops cleanly when told."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from deploy.simulator.app import bind, run
from tests.simulator.conftest import ACCOUNT, OURS, TOKEN, until

ROOT = Path(__file__).parents[2]
START = "from deploy.simulator.app import run; import sys; run('127.0.0.1', int(sys.argv[1]), int(sys.argv[2]))"


def free_port() -> int:
    with bind("127.0.0.1", 0) as held:
        port: int = held.getsockname()[1]
        return port


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except ConnectionRefusedError:
        return False
    return True


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly(told: signal.Signals, tmp_path: Path):
    (tmp_path / "token").write_text(TOKEN + "\n")
    port = free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN_FILE": str(tmp_path / "token"),
        "SMS_FROM": OURS,
    }
    with subprocess.Popen(
        [sys.executable, "-c", START, str(port), str(free_port())],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as process:  # fmt: skip
        try:
            until(lambda: answers(port) or process.poll() is not None, seconds=20)
            assert process.poll() is None, process.stdout and process.stdout.read()
            url = f"http://127.0.0.1:{port}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
            assert httpx2.get(url, auth=(ACCOUNT, TOKEN), trust_env=False).json()["messages"] == []
            process.send_signal(told)
            output, _ = process.communicate(timeout=15)
        finally:
            process.kill()
    assert (process.returncode, output) == (0, "")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "SMS_FROM": OURS}.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_a_taken_port_is_a_line(told: pytest.MonkeyPatch):
    with bind("127.0.0.1", 0) as held:
        port = held.getsockname()[1]
        with pytest.raises(SystemExit, match=rf"cannot use port {port} on 127\.0\.0\.1: Address already in use"):
            run("127.0.0.1", port, free_port())


@pytest.mark.parametrize(
    ("name", "value"), [("TWILIO_AUTH_TOKEN", ""), ("SMS_FROM", "07700900000"), ("SIMULATOR_KEEP", "none")]
)
def test_settings_that_cannot_be_used_are_named(told: pytest.MonkeyPatch, name: str, value: str):
    told.setenv(name, value)

    with pytest.raises(SystemExit, match=name):
        run("127.0.0.1", 0, 0)


def test_no_secret_has_a_default(told: pytest.MonkeyPatch):
    told.delenv("TWILIO_AUTH_TOKEN")

    with pytest.raises(SystemExit, match="TWILIO_AUTH_TOKEN: Field required"):
        run("127.0.0.1", 0, 0)
