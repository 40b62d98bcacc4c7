"""The folder of `afterhours local`: one run at a time, and room to write."""

import fcntl
import json
import os
import shutil
from pathlib import Path
from typing import IO, Self

from deploy.local.refusal import Refusal, disk_full

# A new cluster takes about 40 MB, and PostgreSQL stops in its tracks when its log finds no room.
LEAST_FREE = 100_000_000


class DataFolder:
    """Held while open. The lock is the system's: it goes with the process, however that ends."""

    def __init__(self, path: Path, address: str) -> None:
        self.path = path.absolute()
        self._address = address
        self._lock: IO[str] | None = None
        self.left_in_a_hurry = False

    def __enter__(self) -> Self:
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            # Others may pass through, as PostgreSQL's own account must, but not look around.
            self.path.chmod(0o711 if os.geteuid() == 0 else 0o700)
            self._lock = (self.path / "lock").open("a+", encoding="utf-8")
        except (FileExistsError, NotADirectoryError) as error:
            raise Refusal(f"{self.path} is not a folder. Name another with --data.") from error
        try:
            self._take(self._lock)
        except BaseException:
            self._lock.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._lock is not None:
            self._lock.seek(0)
            self._lock.truncate()
            self._lock.close()

    def _take(self, lock: IO[str]) -> None:
        lock.seek(0)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise self._already_running(lock.read()) from error
        if shutil.disk_usage(self.path).free < LEAST_FREE:
            raise disk_full(self.path)
        self.left_in_a_hurry = bool(lock.read())
        lock.seek(0)
        lock.truncate()
        lock.write(json.dumps({"process": os.getpid(), "address": self._address}))
        lock.flush()

    def _already_running(self, written: str) -> Refusal:
        try:
            told = json.loads(written)
            where = f"at {told['address']} (process {told['process']})"
        except (ValueError, KeyError, TypeError):
            where = "and is just starting"
        return Refusal(
            f"Afterhours is already running on {self.path}, {where}. Stop that one with Ctrl-C, "
            "or start another beside it with --data, --port and --simulator-port."
        )
