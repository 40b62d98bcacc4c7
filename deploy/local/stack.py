"""The whole product on one machine: engines, migrations, the APIs, the worker, the simulator, the demo."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from deploy.local.data_folder import DataFolder
from deploy.local.engines import Postgres, Valkey
from deploy.local.environment import for_processes, read_environment
from deploy.local.log_watch import in_words
from deploy.local.ports import is_taken, require_free
from deploy.local.processes import open_log, read_from, spawn
from deploy.local.refusal import Refusal
from deploy.local.supervisor import Child, Program, Supervisor

COMMAND = (sys.executable, "-m", "deploy.local.command")
SECONDS_TO_SERVE = 60.0
DEMO_LOADED = "demo-loaded"
Say = Callable[[str], None]


@dataclass(frozen=True)
class Choices:
    """What `afterhours local` was asked for."""

    data: Path
    port: int = 8000
    simulator_port: int | None = 8025
    demo: bool = True
    clock: datetime | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def clock_offset(self, now: datetime) -> int:
        """How far ahead of the machine's the product's clock runs, in whole seconds."""
        return round((self.clock - now).total_seconds()) if self.clock else 0


class Stack:
    def __init__(self, choices: Choices, folder: DataFolder, supervisor: Supervisor, say: Say) -> None:
        self._choices = choices
        self._folder = folder
        self._supervisor = supervisor
        self._say = say
        self._logs = folder.path / "logs"
        self._environment: dict[str, str] = {}

    def start(self) -> None:
        """Everything, in order; returns when the first page is there."""
        self._check_ports()
        self._prepare(*self._start_engines())
        processes = for_processes(self._environment)
        simulator = self._choices.simulator_port
        if simulator is not None:
            ports = ["--port", str(simulator), "--smtp-port", str(simulator + 1)]
            self._add("simulator", ["simulator", *ports], processes, seconds_to_leave=1.0)
        self._add("api", ["serve", "all", "--port", str(self._choices.port)], processes, seconds_to_leave=3.0)
        # While those two are being imported. Nobody is told of the pages before this is through.
        self._run_once("migrate", processes)
        self._add("worker", ["worker", "all", "--beat"], processes, seconds_to_leave=5.0)
        self._wait_for_first_page()

    def load_demo(self) -> None:
        """On the first start only: whoever emptied the forum since wants it empty."""
        marker = self._folder.path / DEMO_LOADED
        if not self._choices.demo or marker.exists():
            return
        self._say("Loading the demo forum …")
        try:
            # The demo comes in by the APIs, as an operator's files would, so it needs the operator's key.
            self._run_once("load-demo", for_processes(self._environment) | self._environment)
        except (Refusal, subprocess.SubprocessError) as refusal:
            self._say(f"The demo forum could not be loaded, so the pages are empty: {refusal}")
            return
        marker.touch()

    def _check_ports(self) -> None:
        # The children of a run that was killed need a moment to notice.
        patience = 5.0 if self._folder.left_in_a_hurry else 0.0
        require_free(self._choices.port, "--port", "the pages and APIs", patience=patience)
        simulator = self._choices.simulator_port
        if simulator is not None:
            require_free(simulator, "--simulator-port", "the simulator", patience=patience)
            require_free(simulator + 1, "--simulator-port", "the simulator's mail", patience=patience)

    def _start_engines(self) -> tuple[Postgres, Valkey]:
        path = self._folder.path
        postgres = Postgres(path / "postgres", log=self._logs / "postgres.log")
        valkey = Valkey(path / "valkey", log=self._logs / "valkey.log")
        self._supervisor.add(postgres)
        self._supervisor.add(valkey)
        postgres.wait_ready()
        valkey.wait_ready()
        return postgres, valkey

    def _prepare(self, postgres: Postgres, valkey: Valkey) -> None:
        choices = self._choices
        words = [self._folder.path, postgres.port, choices.port, choices.clock_offset(datetime.now(UTC))]
        words += [choices.simulator_port] if choices.simulator_port is not None else []
        # The password goes by the environment, because a command line can be read by everyone on the machine.
        environment = for_processes({"BROKER_URL": valkey.url()})
        self._run_once("prepare", environment, *words)
        self._environment = read_environment(self._folder.path)

    def _add(self, name: str, words: list[str], environment: Mapping[str, str], *, seconds_to_leave: float) -> None:
        log = self._logs / f"{name}.log"
        program = Program(name, [*COMMAND, *words], environment, log, seconds_to_leave=seconds_to_leave)
        self._supervisor.add(program)

    def _run_once(self, name: str, environment: Mapping[str, str], *words: object) -> None:
        """Run a command of ours to its end; its last words are the reason when it refuses."""
        log = self._logs / f"{name}.log"
        with open_log(log) as output:
            offset = output.tell()
            process = spawn([*COMMAND, name, "--", *map(str, words)], output=output.fileno(), environment=environment)
        try:
            code = process.wait()
        except BaseException:
            process.kill()
            raise
        if code:
            lines = read_from(log, offset).strip().splitlines() or [f"`afterhours {name}` ended with code {code}"]
            raise Refusal(f"{in_words(lines[-1])} (its log is {log})")

    def _wait_for_first_page(self) -> None:
        deadline = time.monotonic() + SECONDS_TO_SERVE
        while not self._is_up():
            ended: Child | None = self._supervisor.first_ended()
            if ended is not None:
                raise self._supervisor.gave_up_on(ended, "while everything was being started")
            if time.monotonic() > deadline:
                raise Refusal(f"The pages did not come up in {SECONDS_TO_SERVE:.0f} seconds; see {self._logs}/api.log.")
            time.sleep(0.05)

    def _is_up(self) -> bool:
        simulator = self._choices.simulator_port
        return answers(self._choices.port) and (simulator is None or is_taken(simulator))


def answers(port: int) -> bool:
    """Whether the services say that they are ready. By hand: an HTTP client would be most of this process."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(b"GET /health/ready HTTP/1.0\r\n\r\n")
            with connection.makefile("rb") as answer:
                return answer.readline().split()[1:2] == [b"200"]
    except OSError:
        return False
