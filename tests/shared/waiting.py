"""Waiting for what another thread or process does, without guessing how long it takes."""

import threading
import time
from collections.abc import Callable

AT_MOST = 30.0


def until(condition: Callable[[], object], what: str) -> None:
    """Look again and again; fail when it has not come about after far longer than it may take."""
    deadline = time.monotonic() + AT_MOST
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < deadline, f"never came about: {what}"
        pause.wait(0.01)
