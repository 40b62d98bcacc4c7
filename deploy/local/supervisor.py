"""Keeps the children running: starts again what ended by itself, and stops all of them in order."""

import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Protocol, Self

from deploy.local.log_watch import LogWatch
from deploy.local.processes import Process, Question, open_log, spawn, stop
from deploy.local.refusal import Refusal

LOOK_EVERY = 0.2
# A child that ran for less has failed at once; after so many in a row there is no point in trying on.
AT_ONCE = 5.0
TRIES = 5
PAUSES = (0.2, 1.0, 2.0, 4.0, 8.0)


class Child(Protocol):
    """What a supervisor needs of an engine or a program."""

    @property
    def name(self) -> str: ...
    @property
    def log(self) -> Path: ...
    @property
    def running(self) -> bool: ...
    @property
    def exit_code(self) -> int | None: ...
    def begin(self) -> None: ...
    def leave(self, hurry: Question) -> None: ...


class Program:
    """A program of ours: told to leave by SIGTERM, and killed when it does not."""

    def __init__(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], log: Path, *, seconds_to_leave: float
    ) -> None:
        self.name = name
        self.log = log
        self._command = command
        self._environment = environment
        self._seconds_to_leave = seconds_to_leave
        self._process: Process | None = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        return None if self._process is None else self._process.poll()

    def begin(self) -> None:
        with open_log(self.log) as output:
            self._process = spawn(self._command, output=output.fileno(), environment=self._environment)

    def leave(self, hurry: Question) -> None:
        if self._process is not None:
            stop(self._process, (signal.SIGTERM, self._seconds_to_leave), hurry=hurry)


@dataclass
class Watched:
    child: Child
    watch: LogWatch
    begun: float
    failures: int = 0
    begin_again: float | None = None


class StopAsked(BaseException):
    """Ctrl-C or SIGTERM; not an Exception, so that nothing on the way takes it for a failure."""


class Supervisor:
    """Use as a context: on leaving, whatever was added is stopped, the last first."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._watched: list[Watched] = []
        self._leaving = False
        self._hurry = False
        self._handlers = {
            number: signal.signal(number, self._on_signal) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._leaving = True
        for watched in reversed(self._watched):
            watched.child.leave(lambda: self._hurry)
        for number, handler in self._handlers.items():
            signal.signal(number, handler)

    def add(self, child: Child) -> None:
        """Start a child, and look after it from now on."""
        watched = Watched(child, LogWatch(child.log), time.monotonic())
        self._watched.append(watched)
        child.begin()

    def run(self) -> None:
        """Look after the children until told to stop (StopAsked), or until one cannot be kept running (Refusal)."""
        while True:
            self.look(time.monotonic())
            time.sleep(LOOK_EVERY)

    def look(self, now: float) -> None:
        for watched in self._watched:
            for problem in watched.watch.problems(now):
                self._say(f"[{watched.child.name}] {problem}")
            if watched.child.running:
                watched.failures = 0 if now - watched.begun > AT_ONCE else watched.failures
            elif watched.begin_again is None:
                self._ended(watched, now)
            elif watched.begin_again <= now:
                watched.begin_again, watched.begun = None, now
                watched.child.begin()

    def first_ended(self) -> Child | None:
        """A child that has ended; while everything is being started, one is enough to give up."""
        return next((watched.child for watched in self._watched if not watched.child.running), None)

    def gave_up_on(self, child: Child, when: str) -> Refusal:
        watched = next(watched for watched in self._watched if watched.child is child)
        watched.watch.problems(time.monotonic())
        told = watched.watch.last_line or "it said nothing"
        return Refusal(f"The {child.name} ended {when}: {told} (its log is {child.log})")

    def _ended(self, watched: Watched, now: float) -> None:
        child = watched.child
        # A kill from outside says nothing about whether the child could run.
        if child.exit_code != -signal.SIGKILL:
            watched.failures += 1
        if watched.failures >= TRIES:
            raise self.gave_up_on(child, f"as soon as it was started, {TRIES} times")
        pause = PAUSES[max(watched.failures - 1, 0)]
        watched.begin_again = now + pause
        self._say(f"[{child.name}] ended ({manner(child.exit_code)}); starting it again in {pause:g} s")

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        if self._leaving:
            self._hurry = True
            return
        self._leaving = True
        raise StopAsked


def manner(exit_code: int | None) -> str:
    if exit_code is not None and exit_code < 0:
        return f"killed by {signal.Signals(-exit_code).name}"
    return "to be started again" if exit_code == os.EX_TEMPFAIL else f"exit code {exit_code}"
