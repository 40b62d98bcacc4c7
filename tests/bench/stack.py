"""The real stack, as `make run` starts it, on free ports and with a folder of its own."""

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import psycopg

from deploy.local.engine import free_port
from deploy.local.environment import read_environment
from deploy.local.ports import is_taken
from shared.auth import Signer
from tests.bench.http_load import HOST

COMMAND = [sys.executable, "-m", "deploy.local.command"]
SECONDS_TO_START = 90.0
SECONDS_TO_STOP = 40.0
# A Thursday at noon: nobody's quiet hours.
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


def until[Found](look: Callable[[], Found], seconds: float, what: str, *, every: float = 0.02) -> Found:
    """What `look` finds, as soon as it finds something; it looks `every` so many seconds."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not happen within {seconds:.0f} s")
        time.sleep(every)
    return found


@dataclass
class Stack:
    """A running stack, seen from outside. `first_page` is how many seconds it took to show one."""

    data: Path
    port: int
    simulator: int
    process: subprocess.Popen[bytes]
    first_page: float = 0.0

    @cached_property
    def environment(self) -> dict[str, str]:
        return read_environment(self.data)

    def now(self) -> datetime:
        """What time it is in the product."""
        return datetime.now(UTC) + timedelta(seconds=float(self.environment["CLOCK_OFFSET"]))

    def command(self, *words: str) -> None:
        """Run the operator's command, and require that it did all it was told."""
        command = [*COMMAND, *words, "--data", str(self.data)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=180)
        if done.returncode:
            raise RuntimeError(f"afterhours {' '.join(words)}: {done.stderr or done.stdout}")

    def ask(self, method: str, service: str, path: str, scope: str, **content: Any) -> Any:
        """What a service answers to the operator."""
        signer = Signer("operator", self.environment["OPERATOR_SIGNING_KEY"])
        headers = {"Authorization": f"Bearer {signer.service_token(service, scope)}"}
        url = f"http://{HOST}:{self.port}/api/{service}{path}"
        answer = httpx2.request(method, url, headers=headers, timeout=60, **content)
        answer.raise_for_status()
        return answer.json()

    def read(self, service: str, query: str) -> list[tuple[Any, ...]]:
        """Look into a service's database."""
        with psycopg.connect(self.database(service)) as connection:
            return connection.execute(query.encode()).fetchall()

    def database(self, service: str) -> str:
        """Where psycopg finds a service's database."""
        return self.environment[f"{service.upper()}_DATABASE_URL"].replace("+psycopg", "")

    def sent(self, **params: int) -> dict[str, Any]:
        """What left for people, as the simulator tells it."""
        found: dict[str, Any] = self._simulator("GET", "/sent.json", params=params).json()
        return found

    def empty_mailboxes(self) -> None:
        self._simulator("DELETE", "/sent.json")

    def letter(self, index: int) -> str:
        """A mail as it came."""
        return self._simulator("GET", f"/mail/{index}/source").text

    def member_tokens(self, members: list[UUID]) -> list[str]:
        """Tokens as members gives them to who signed in; they last ten minutes."""
        key = Path(self.environment["MEMBERS_SIGNING_KEY_FILE"]).read_text(encoding="ascii")
        signer = Signer("members", key)
        return [signer.member_token(member, {}) for member in members]

    def _simulator(self, method: str, path: str, **content: Any) -> httpx2.Response:
        answer = httpx2.request(method, f"http://{HOST}:{self.simulator}{path}", timeout=120, **content)
        return answer.raise_for_status()


@contextmanager
def running(data: Path, clock: datetime | None = None) -> Iterator[Stack]:
    """Start it, wait for its first page, and stop it in the end."""
    port, simulator = two_free_ports()
    words = ["local", "--data", str(data), "--port", str(port), "--simulator-port", str(simulator), "--no-demo"]
    words += ["--clock", clock.isoformat()] if clock else []
    said = data.with_suffix(".said")
    with said.open("wb") as output:
        begun = time.monotonic()
        process = subprocess.Popen([*COMMAND, *words], stdout=output, stderr=subprocess.STDOUT, env=dict(os.environ))
    stack = Stack(data, port, simulator, process)
    try:
        until(lambda: process.poll() is not None or shows_page(port), SECONDS_TO_START, "the first page")
        stack.first_page = time.monotonic() - begun
        # The worker takes a moment longer; what it should do must not be measured while it is being imported.
        until(lambda: b"is running" in said.read_bytes() or process.poll() is not None, SECONDS_TO_START, "the start")
        if process.poll() is not None:
            raise RuntimeError(f"the stack did not start: {said.read_text()}")
        yield stack
    finally:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGINT)
        process.wait(SECONDS_TO_STOP)


def shows_page(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def two_free_ports() -> tuple[int, int]:
    """One for the pages, and one for the simulator with a free one above it for its mail."""
    while True:
        port, simulator = free_port(), free_port()
        if port not in {simulator, simulator + 1} and not is_taken(simulator + 1):
            return port, simulator
