"""What PostgreSQL and Valkey have in common as children of ours: a port, a log, a start that is waited for."""

import socket
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar, Self

from deploy.local.processes import Process, Question, open_log, read_from
from deploy.local.refusal import Refusal, disk_full

HOST = "127.0.0.1"
# How often we knock while an engine starts; both need tens of milliseconds.
KNOCK_EVERY = 0.02
PORT_TRIES = 5


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


class Engine(ABC):
    """`start()` returns when the engine answers; `begin()` and `wait_ready()` are its halves, to start two at once.

    The port is chosen at the first start and kept for the life of this object, so that a restart goes unnoticed.
    Start it from a thread that lives as long as the engine should (see `processes.spawn`).
    """

    name: ClassVar[str]
    patience: ClassVar[float] = 30.0

    def __init__(self, data: Path, *, log: Path | None = None, port: int | None = None) -> None:
        self.data = data.resolve()
        self.log = log or self.data / f"{self.name.lower()}.log"
        self._port = port
        self._process: Process | None = None
        self._log_offset = 0
        # Once the port has been told to others, it stays.
        self._answered = port is not None

    @property
    def port(self) -> int:
        if self._port is None:
            self._port = free_port()
        return self._port

    @property
    def process(self) -> Process:
        assert self._process is not None, f"{self.name} has not been started"
        return self._process

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        return None if self._process is None else self._process.poll()

    def start(self) -> Self:
        self.begin()
        self.wait_ready()
        return self

    def begin(self) -> None:
        """Prepare the data and start the process; does not wait for it to answer."""
        if self.running:
            return
        try:
            self.data.mkdir(parents=True, exist_ok=True)
            self._prepare()
            self._launch()
        except OSError as error:
            raise self.refusal(str(error)) from error

    def wait_ready(self) -> None:
        for _ in range(PORT_TRIES):
            reason = self._wait()
            if reason is None:
                self._answered = True
                return
            # Between choosing a free port and binding it, another program may have taken it.
            if "Address already in use" not in reason or self._answered:
                raise self.refusal(reason)
            self._port = free_port()
            self._launch()
        raise self.refusal("no free port was found")

    def _launch(self) -> None:
        with open_log(self.log) as output:
            self._log_offset = output.tell()
            self._process = self._spawn(output.fileno())

    def _wait(self) -> str | None:
        deadline = time.monotonic() + self.patience
        while time.monotonic() < deadline:
            if not self.running:
                return read_from(self.log, self._log_offset) or "it ended without a word"
            if self._answers():
                return None
            time.sleep(KNOCK_EVERY)
        self.stop()
        return f"it did not answer within {self.patience:.0f} seconds"

    def refusal(self, reason: str) -> Refusal:
        if "No space left on device" in reason:
            return disk_full(self.data)
        telling = [line for line in reason.splitlines() if "FATAL" in line or "PANIC" in line] or reason.splitlines()
        return Refusal(f"{self.name} did not start: {telling[-1].strip()} (its log is {self.log})")

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self, *, hurry: bool = False) -> None:
        """Stop and wait for the end; in a hurry, what is not gone in a moment is killed."""
        self.leave(lambda: hurry)

    @abstractmethod
    def leave(self, hurry: Question) -> None:
        """Stop as `stop` does; `hurry` is asked again and again, because an operator may lose patience."""

    @abstractmethod
    def _prepare(self) -> None: ...

    @abstractmethod
    def _spawn(self, output: int) -> Process: ...

    @abstractmethod
    def _answers(self) -> bool: ...
