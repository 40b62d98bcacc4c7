"""docker-compose.yml as an operator runs it: a project of its own, on ports and with secrets of its own."""

import json
import os
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import create_server
from typing import Any
from uuid import uuid4

import httpx2

from deploy.local.compose_secrets import write_secrets

ROOT = Path(__file__).parents[2]
# A Wednesday at noon, so that nobody's quiet hours keep a text back, whenever this runs.
NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
NAMES = ("members", "events", "feedback", "notifications", "chat")


def until[Result](look: Callable[[], Result], seconds: float = 60.0) -> Result:
    """What `look` finds, as soon as it finds something."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while not (found := look()):
        assert time.monotonic() < deadline, "The deadline passed before it happened."
        pause.wait(0.2)
    return found


def free_port() -> int:
    with create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


class Stack:
    """Everything in containers. Its clock shows noon when it is made, and goes on from there."""

    def __init__(self, folder: Path) -> None:
        self.secrets, self.files = folder / "secrets", folder / "files"
        write_secrets(self.secrets)
        self.files.mkdir()
        # Written to from a container, whose user is another.
        self.files.chmod(0o777)
        self.offset = NOON - datetime.now(UTC)
        gateway, simulator = free_port(), free_port()
        self.public, self.simulator = f"http://127.0.0.1:{gateway}", f"http://127.0.0.1:{simulator}"
        self._environment = dict(os.environ) | {
            "COMPOSE_PROJECT_NAME": f"afterhours-test-{uuid4().hex[:8]}",
            "COMPOSE_PROFILES": "simulator",
            "COMPOSE_ENV_FILES": os.devnull,
            "VERSION": "test",
            "GATEWAY_PORT": str(gateway),
            "SIMULATOR_PORT": str(simulator),
            "SECRETS": str(self.secrets),
            "FILES": str(self.files),
            "CLOCK_OFFSET": str(self.offset.total_seconds()),
            # Who comes from this machine comes by one of Docker's networks.
            "WEB_TRUSTED_PROXIES": "172.16.0.0/12, 192.168.0.0/16",
        }

    @property
    def now(self) -> datetime:
        """What the containers' clock shows, in UTC."""
        return datetime.now(UTC) + self.offset

    def compose(self, *words: str, check: bool = True, given: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run `docker compose` in this project."""
        told = subprocess.run(
            ["docker", "compose", "--ansi", "never", *words],
            cwd=ROOT, env=self._environment, input=given, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert not check or told.returncode == 0, f"docker compose {' '.join(words)}\n{told.stdout}\n{told.stderr}"
        return told

    def up(self) -> None:
        self.compose("build", "--quiet")
        up = self.compose("up", "--wait", "--no-build", check=False)
        assert up.returncode == 0, f"{up.stderr}\n{self.compose('logs', '--tail', '20').stdout}"

    def down(self) -> None:
        self.compose("down", "--volumes", "--remove-orphans", "--timeout", "5")
        assert self.compose("ps", "--all", "--quiet").stdout == ""

    def afterhours(self, *words: str) -> str:
        """An operator's command, in the container meant for it; what it prints."""
        return self.compose("run", "--rm", "--quiet-pull", "cli", "afterhours", *words).stdout

    def once(self, service: str, *words: str, **settings: str) -> tuple[int, str]:
        """A service started once more, with other settings: its exit code, and all that it printed."""
        told = [word for name, value in settings.items() for word in ("--env", f"{name}={value}")]
        run = self.compose("run", "--rm", "--no-deps", *told, service, *words, check=False)
        return run.returncode, run.stdout + "".join(
            line + "\n" for line in run.stderr.splitlines() if not line.lstrip().startswith("Container ")
        )

    def within(self, service: str, *words: str, check: bool = True) -> str:
        """What a program prints inside a service's container, errors included."""
        told = self.compose("exec", "-T", service, *words, check=check)
        return told.stdout + told.stderr

    def containers(self) -> list[dict[str, Any]]:
        """Each container that is not a command's, as the engine describes it."""
        ids = self.compose("ps", "--all", "--quiet").stdout.split()
        told = subprocess.run(["docker", "inspect", *ids], capture_output=True, text=True, check=True)
        return list(json.loads(told.stdout))

    def container(self, service: str) -> dict[str, Any]:
        return next(each for each in self.containers() if service_of(each) == service)

    def until_healthy(self, services: Sequence[str]) -> None:
        until(lambda: all(self.container(name)["State"]["Health"]["Status"] == "healthy" for name in services))

    def sent_to(self, address: str) -> list[str]:
        """The words that reached a phone or a mailbox, oldest first."""
        answer = httpx2.get(f"{self.simulator}/sent.json", params={"to": address}, timeout=10)
        return [item["text"] for item in answer.raise_for_status().json()["items"]]

    def text_from(self, phone: str, words: str) -> list[str]:
        """Somebody texts us; what they are answered."""
        url = f"{self.simulator}/phones/{phone}/texts"
        return list(httpx2.post(url, json={"text": words}, timeout=20).raise_for_status().json()["replies"])

    def add_member(self, name: str, phone: str) -> None:
        (self.files / "members.csv").write_text(f"name,phone,groups,channel\n{name},{phone},Service User Forum,sms\n")
        assert "1 added" in self.afterhours("import", "members", "members.csv")

    def add_evening(self, title: str, starts_in: timedelta) -> None:
        """A calendar with one evening is imported, once events has heard of the group."""
        starts = self.now + starts_in
        (self.files / "evening.ics").write_text(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//A charity//EN\r\nBEGIN:VEVENT\r\n"
            f"UID:{title}@example.org\r\nDTSTAMP:20261101T000000Z\r\nSUMMARY:{title}\r\nLOCATION:The hub\r\n"
            f"DTSTART;TZID=Europe/London:{starts:%Y%m%dT%H%M%S}\r\n"
            f"DTEND;TZID=Europe/London:{starts + timedelta(hours=2):%Y%m%dT%H%M%S}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        )
        words = ("import", "programme", "evening.ics", "--group", "service-user-forum")
        assert "1 added" in self.afterhours(*words)


def service_of(container: dict[str, Any]) -> str:
    return str(container["Config"]["Labels"]["com.docker.compose.service"])
