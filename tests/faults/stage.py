"""Real engines and real processes, to be killed and started again."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

import httpx2
import psycopg
import redis
from psycopg import sql

from deploy.local.engine import free_port
from deploy.local.engines import Postgres, Valkey
from deploy.local.processes import Process, spawn
from shared.testing.keys import Keyring
from tests.faults.world import SOURCES, SUBSCRIBERS, make_tables

WORKERS: Mapping[str, Sequence[str]] = {"sources": SOURCES, "gamma": ("gamma",), "delta": ("delta",)}
NAMES = (*SOURCES, *SUBSCRIBERS)
# Seconds until the first request is answered; a busy machine takes its time.
PATIENCE = 120


def until(look: Callable[[], bool], seconds: float, every: float = 0.05) -> float:
    """How long it took until it was so; raises TimeoutError."""
    began, pause = time.monotonic(), threading.Event()
    while not look():
        if time.monotonic() - began > seconds:
            raise TimeoutError(f"not within {seconds:.0f} s")
        pause.wait(every)
    return time.monotonic() - began


class Stage:
    """Everything that runs. A worker that ends, for whatever reason, is started again at once."""

    def __init__(self, folder: Path, workers: Mapping[str, Sequence[str]] = WORKERS) -> None:
        self.folder = folder
        self.postgres = Postgres(folder / "postgres", durable=True)
        self.valkey = Valkey(folder / "valkey")
        self.port = free_port()
        self.exits: list[int] = []
        self._workers = dict(workers)
        self._running: dict[str, Process] = {}
        self._closing = threading.Event()
        self._keeper = threading.Thread(target=self._keep_running)
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self._end()
            raise
        self._keeper.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._keeper.join()
        self._end()

    def _start(self) -> None:
        self.postgres.start()
        self.valkey.start()
        urls = self.postgres.ensure_databases(NAMES)
        for name, url in urls.items():
            make_tables(url, name)
        keys = Keyring()
        self._environment = os.environ | {f"URL_{name.upper()}": url for name, url in urls.items()}
        self._environment |= {
            "BROKER_URL": self.valkey.url(),
            "TRUSTED_KEYS": keys.trusted,
            "OPERATOR_KEY": keys.private["operator"],
            "SERVICE_URLS": f"http://127.0.0.1:{self.port}/{{service}}",
        }
        self._running["web"] = self._spawn("web", str(self.port))
        for name in self._workers:
            self._running[name] = self._spawn(*self._words(name))
        until(self.web_answers, PATIENCE)

    def _end(self) -> None:
        for process in self._running.values():
            process.kill()
            process.wait()
        self.valkey.stop(hurry=True)
        self.postgres.stop(hurry=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def workers(self) -> tuple[str, ...]:
        return tuple(self._workers)

    def kill_worker(self, name: str, how: signal.Signals = signal.SIGKILL) -> None:
        """Send a worker a signal; it is started again when it ends of it."""
        with self._lock:
            self._running[name].send_signal(how)

    def pid(self, name: str) -> int:
        with self._lock:
            return self._running[name].pid

    def flush(self) -> None:
        """Everything in the broker is gone."""
        redis.Redis.from_url(self.valkey.url()).flushall()

    def kill_broker(self) -> None:
        """The broker is killed, and is back, empty, half a second later."""
        self.valkey.process.kill()
        self.valkey.process.wait()
        self._closing.wait(0.5)
        self.valkey.start()

    def restart_database(self) -> None:
        """PostgreSQL is shut down, sessions and all, and started again."""
        self.postgres.stop()
        self.postgres.start()

    def query(self, name: str, statement: str, *values: object) -> list[tuple]:
        """Rows from a service's database."""
        url = self.postgres.admin_url(name).replace("postgresql+psycopg", "postgresql")
        with psycopg.connect(url, autocommit=True) as connection:
            return connection.execute(sql.SQL(statement), values or None).fetchall()

    def _words(self, name: str) -> tuple[str, ...]:
        return ("plain",) if name.startswith("plain") else ("worker", *self._workers[name])

    def _spawn(self, *words: str) -> Process:
        with (self.folder / f"{words[0]}.log").open("ab") as log:
            command = [sys.executable, "-m", "tests.faults.child", *words]
            # Tied to us: when a run is killed, nothing of it stays.
            return spawn(command, output=log, environment=self._environment)

    def _keep_running(self) -> None:
        while not self._closing.wait(0.1):
            for name in self._workers:
                with self._lock:
                    code = self._running[name].poll()
                    if code is not None:
                        self.exits.append(code)
                        self._running[name] = self._spawn(*self._words(name))

    def web_answers(self) -> bool:
        """Whether requests are answered."""
        try:
            return httpx2.get(f"{self.url}/alpha/health/ready").is_success
        except httpx2.HTTPError:
            return False
