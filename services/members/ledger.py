"""Who was erased, outside the database: after a restore, they are erased again from it.

A line holds a day and an id that leads to nobody. Lines are only ever added, each on the disk before the erasure is.
The file begins empty with a new forum, so that one that is missing later is known to be lost.
"""

import logging
import os
from datetime import datetime
from pathlib import Path
from uuid import UUID

from services.members.errors.erasure import LedgerAway, NoLedger

log = logging.getLogger(__name__)


class Ledger:
    """The file. Once it was begun, nothing makes it anew."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def is_there(self) -> bool:
        """Whether it was begun, and not lost since."""
        return self._path.exists()

    def begin(self) -> None:
        """Make it, with nobody in it; raises LedgerAway."""
        try:
            self._path.touch()
            _sync_folder(self._path.parent)
        except OSError as error:
            raise LedgerAway from error

    def note(self, member_id: UUID, now: datetime) -> None:
        """Write somebody down, on the disk; raises LedgerAway."""
        # A line begins anew: one that was cut short by a crash spoils only itself.
        line = f"\n{now:%Y-%m-%d} {member_id}\n".encode()
        try:
            with os.fdopen(os.open(self._path, os.O_WRONLY | os.O_APPEND), "wb", buffering=0) as file:
                file.write(line)
                os.fsync(file.fileno())
        except OSError as error:
            raise LedgerAway from error

    def members(self) -> list[UUID]:
        """All who were ever erased, in their order; raises NoLedger and LedgerAway."""
        try:
            lines = self._path.read_text(encoding="ascii", errors="replace").splitlines()
        except FileNotFoundError as error:
            raise NoLedger from error
        except OSError as error:
            raise LedgerAway from error
        found = (_member_in(line) for line in lines if line)
        return list(dict.fromkeys(member_id for member_id in found if member_id))


def _member_in(line: str) -> UUID | None:
    try:
        return UUID(line.partition(" ")[2])
    except ValueError:
        # The erasure that it belongs to was cut off with it.
        log.warning("a line of the erasure ledger is cut short")
        return None


def _sync_folder(path: Path) -> None:
    """Without this a new file may be gone after a crash, whatever is in it."""
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
