"""Put a new master key to use while everything runs: `afterhours members rotate-master-key`."""

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from deploy.local.operator_api import OperatorApi
from deploy.local.private_files import rewrite_in_place
from deploy.local.refusal import Refusal
from deploy.local.secret_folder import new_key
from deploy.local.settings_check import required

SCOPE = "vault:rotate"
AT_ONCE = 200
TRIES = 60
PAUSE = 1.0
# Whoever began to wrap a key before the file changed has long ended by then.
DROPPED_AFTER = timedelta(minutes=10)


class Rotation:
    """One file of master keys, and the service that uses it. `wait` is time.sleep."""

    def __init__(self, data: Path | None, file: Path | None, wait: Callable[[float], None] = time.sleep) -> None:
        self._api = OperatorApi("members", data)
        self._file = file or Path(required("MEMBERS_MASTER_KEY_FILE"))
        self._wait = wait

    def rotate(self) -> None:
        """Write a new key on top, have it used, and wrap every member's key with it."""
        self._until_used()
        self._write([new_key(), *self._keys()])
        print(f"A new key stands first in {self._file}.")
        self.go_on()

    def go_on(self) -> None:
        """Wrap what an older key still wraps; also where an earlier run was cut short."""
        left = self._until_used()
        self._rewrap(left)
        minutes = DROPPED_AFTER // timedelta(minutes=1)
        print(f"Every member's key is wrapped with it. In {minutes} minutes, --drop-old may take the old key out.")
        print("Keep a copy of the old one elsewhere before that: backups from until now open with no other.")

    def drop_old(self) -> None:
        """Leave only the newest key in the file, once nothing needs another."""
        newest, *old = self._keys()
        if not old:
            raise Refusal(f"There is only one key in {self._file}.")
        age = timedelta(seconds=time.time() - self._file.stat().st_mtime)
        if age < DROPPED_AFTER:
            raise Refusal(f"{self._file} changed {age.seconds // 60} minutes ago. Wait until it is 10.")
        if left := self._until_used():
            raise Refusal(f"An older key still wraps {left} members' keys. --go-on wraps them with the newest.")
        self._write([newest])
        print("Only the newest key is left.")

    def _until_used(self) -> int:
        """Wait until the service uses the file's first key; how many members' keys another wraps."""
        wanted = _id_of(self._keys()[0])
        for _ in range(TRIES):
            told = self._ask(0)
            if told["newest"] == wanted:
                return int(told["left"])
            self._wait(PAUSE)
        raise Refusal(
            f"The service does not use the first key in {self._file}. Is that the file which its "
            "MEMBERS_MASTER_KEY_FILE names? Nothing is lost; --go-on tries again."
        )

    def _rewrap(self, left: int) -> None:
        import typer

        tries = TRIES
        with typer.progressbar(length=left, label="Members' keys") as bar:
            while left:
                told = self._ask(AT_ONCE)
                bar.update(told["done"])
                left = told["left"]
                tries = TRIES if told["done"] else tries - 1
                if not tries:
                    raise Refusal(
                        f"{left} members' keys open with no key in {self._file}. Put back the one that is missing."
                    )
                if not told["done"]:
                    self._wait(PAUSE)

    def _ask(self, limit: int) -> Any:
        return self._api.ask("POST", "/internal/keys/rewraps", SCOPE, json={"limit": limit})

    def _keys(self) -> list[str]:
        try:
            keys = self._file.read_text(encoding="ascii").split()
        except (OSError, ValueError) as error:
            raise Refusal(f"{self._file} cannot be read as a file of master keys.") from error
        if not keys:
            raise Refusal(f"{self._file} is empty. Put back the key that was there.")
        return keys

    def _write(self, keys: list[str]) -> None:
        try:
            rewrite_in_place(self._file, "\n".join(keys))
        except OSError as error:
            raise Refusal(f"{self._file} cannot be written: {error.strerror}. Nothing was changed.") from error


def _id_of(key: str) -> str:
    from services.members.master_keys import key_id, read_keys

    return key_id(read_keys(key)[0])
