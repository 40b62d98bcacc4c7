"""From the command to the first page, and what everything takes of the memory when nothing happens."""

import time
from pathlib import Path
from statistics import median

import psutil

from tests.bench.figures import Figure, at_most
from tests.bench.medians import RUNS
from tests.bench.stack import Stack, running

MEGABYTE = 1_000_000
REST_SECONDS = 60.0
LOOK_EVERY = 10.0
# Steady is what changes by less than one part in this many from look to look.
STEADY = 200


def measure(folder: Path) -> list[Figure]:
    fresh, again = [], []
    for run in range(RUNS):
        data = folder / f"start-{run}"
        with running(data) as stack:
            fresh.append(stack.first_page)
        with running(data) as stack:
            again.append(stack.first_page)
            if run == RUNS - 1:
                memory = at_rest(stack)
    return [
        Figure("Start to first page, new data folder", median(fresh), "s", at_most(8)),
        Figure("Start to first page, existing data folder", median(again), "s", at_most(8)),
        Figure("Memory at rest, everything", memory, "MB PSS", at_most(450)),
    ]


def at_rest(stack: Stack) -> float:
    """What it takes after a minute, or as soon as that no longer changes."""
    until = time.monotonic() + REST_SECONDS
    before, now = 0.0, pss(stack.process.pid)
    while abs(now - before) > now / STEADY and time.monotonic() < until:
        time.sleep(LOOK_EVERY)
        before, now = now, pss(stack.process.pid)
    return now


def pss(pid: int) -> float:
    """The memory of a process and all below it in MB; what several share is counted once."""
    process = psutil.Process(pid)
    return sum(map(_pss, [pid, *(child.pid for child in process.children(recursive=True))])) / MEGABYTE


def _pss(pid: int) -> int:
    """In bytes. A process that ended meanwhile takes nothing."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
