"""Files that only their owner may read."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


def write_private(path: Path, text: str) -> None:
    """Replace a file in one step: a reader sees the old text or the new, and a full disk leaves the old."""
    write_private_bytes(path, text.encode())


def write_private_bytes(path: Path, content: bytes) -> None:
    """The same for what is no text."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    fresh.rename(path)


@contextmanager
def new_private_file(path: Path) -> Iterator[BinaryIO]:
    """A file where there was none; it is gone again if what was to go into it fails. Raises FileExistsError."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        try:
            yield file
            file.flush()
        except BaseException:
            path.unlink()
            raise


def rewrite_in_place(path: Path, text: str) -> None:
    """Write into a file that is there: a container that was given it goes on seeing it, as it would not see another.

    The text is on disk beside it until it is whole, for whoever finds the machine gone off in between.
    """
    beside = path.with_name(f".{path.name}.kept")
    write_private(beside, text)
    with path.open("r+", encoding="utf-8") as file:
        file.write(text)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())
    beside.unlink()


def private_folder(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o700)
    return path
