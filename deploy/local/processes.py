"""Child processes that end with us, and stopping them."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

TETHER = Path(__file__).with_name("tether.py")
LARGEST_LOG = 5_000_000
A_MOMENT = 0.3

Process = subprocess.Popen[bytes]
Question = Callable[[], bool]


def spawn(
    command: Sequence[str],
    *,
    output: IO[bytes] | int,
    environment: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    death_signal: int = signal.SIGKILL,
    account: tuple[int, int] | None = None,
    piped_input: bool = False,
) -> Process:
    """Start `command` in a session of its own: Ctrl-C in the terminal reaches the supervisor only.

    `death_signal` is what the child gets when the calling *thread* ends: call this from the main thread, or from one
    that lives as long as the child should.
    """
    uid, gid = account or (os.geteuid(), os.getegid())
    words = [sys.executable, "-I", "-S", TETHER, os.getpid(), int(death_signal), uid, gid, *command]
    return subprocess.Popen(  # noqa: S603 - the words are ours, and no shell reads them
        [str(word) for word in words],
        stdin=subprocess.PIPE if piped_input else subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        env=dict(environment) if environment is not None else None,
        cwd=cwd,
        start_new_session=True,
    )


def never() -> bool:
    return False


def stop(process: Process, *signals: tuple[int, float], hurry: Question = never) -> None:
    """Send each signal and wait that many seconds, or a moment when `hurry()` says so.

    What is still there after the last is killed, with the children it left.
    """
    for number, patience in signals:
        if process.poll() is not None:
            break
        process.send_signal(number)
        begun = time.monotonic()
        while process.poll() is None and time.monotonic() - begun < (min(patience, A_MOMENT) if hurry() else patience):
            time.sleep(0.01)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def open_log(path: Path) -> IO[bytes]:
    """Append to a log; a large one is set aside first, and one older is kept."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LARGEST_LOG:
        path.replace(path.with_suffix(".log.1"))
    return path.open("ab", buffering=0)


def read_from(path: Path, offset: int) -> str:
    """What was written to a log since `offset`."""
    with contextlib.suppress(OSError), path.open("rb") as log:
        log.seek(offset)
        return log.read(100_000).decode(errors="replace")
    return ""
