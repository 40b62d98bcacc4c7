"""Children that end, hang or fail: real processes, and a clock that the test sets."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from deploy.local.processes import Question
from deploy.local.refusal import Refusal
from deploy.local.supervisor import AT_ONCE, PAUSES, TRIES, Program, StopAsked, Supervisor

WAITS = "import signal; signal.pause()"
ENDS = "raise SystemExit('no such thing')"


class Told(list[str]):
    """What the supervisor said."""

    def __call__(self, line: str) -> None:
        self.append(line)


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def supervisor(told: Told) -> Iterator[Supervisor]:
    with Supervisor(told) as supervisor:
        yield supervisor


def program(folder: Path, code: str, name: str = "worker") -> Program:
    command = [sys.executable, "-I", "-S", "-c", code]
    return Program(name, command, dict(os.environ), folder / f"{name}.log", seconds_to_leave=5)


def process_of(child: Program) -> "subprocess.Popen[bytes]":
    assert child._process is not None
    return child._process


def test_a_child_that_ended_by_itself_is_started_again_after_a_pause(
    supervisor: Supervisor, told: Told, tmp_path: Path
):
    child = program(tmp_path, f"raise SystemExit({os.EX_TEMPFAIL})")
    supervisor.add(child)
    first = process_of(child)
    first.wait(10)
    supervisor.look(100.0)
    assert told == ["[worker] ended (to be started again); starting it again in 0.2 s"]
    assert process_of(child) is first
    supervisor.look(100.0 + PAUSES[0])
    assert process_of(child) is not first


def test_pauses_grow_and_a_child_that_always_fails_is_given_up_with_its_last_words(
    supervisor: Supervisor, told: Told, tmp_path: Path
):
    child = program(tmp_path, ENDS)
    supervisor.add(child)
    now = 100.0
    for pause in PAUSES[: TRIES - 1]:
        process_of(child).wait(10)
        supervisor.look(now)
        now += pause
        supervisor.look(now)
    process_of(child).wait(10)
    with pytest.raises(Refusal) as refused:
        supervisor.look(now)
    assert [line.rsplit("in ", 1)[1] for line in told] == ["0.2 s", "1 s", "2 s", "4 s"]
    assert str(refused.value) == (
        f"The worker ended as soon as it was started, {TRIES} times: no such thing (its log is {child.log})"
    )


def test_a_child_that_ran_for_a_while_has_all_its_tries_again(supervisor: Supervisor, tmp_path: Path):
    child = program(tmp_path, WAITS)
    supervisor.add(child)
    watched = supervisor._watched[0]
    watched.failures = TRIES - 1
    supervisor.look(watched.begun + AT_ONCE + 1)
    assert watched.failures == 0


def test_a_kill_from_outside_is_no_failure_of_the_child(supervisor: Supervisor, told: Told, tmp_path: Path):
    child = program(tmp_path, WAITS)
    supervisor.add(child)
    now = 100.0
    for _ in range(TRIES + 2):
        process_of(child).kill()
        process_of(child).wait(10)
        supervisor.look(now)
        supervisor.look(now + PAUSES[0])
        now += 1
    assert child.running
    assert told[-1] == "[worker] ended (killed by SIGKILL); starting it again in 0.2 s"


def test_problems_in_a_log_are_shown_once_and_the_rest_is_not(supervisor: Supervisor, told: Told, tmp_path: Path):
    child = program(tmp_path, WAITS)
    supervisor.add(child)
    with child.log.open("a") as log:
        log.write('{"level": "info", "message": "all is well"}\n')
        log.write('{"level": "error", "message": "no way", "cause": "OSError"}\n' * 3)
    supervisor.look(100.0)
    supervisor.look(101.0)
    assert told == ["[worker] no way (OSError)"]


def test_what_was_added_last_is_stopped_first(tmp_path: Path, told: Told):
    order: list[str] = []

    class Noted(Program):
        def leave(self, hurry: Question) -> None:
            super().leave(hurry)
            order.append(self.name)

    with Supervisor(told) as supervisor:
        children = [
            Noted(name, [sys.executable, "-c", WAITS], dict(os.environ), tmp_path / name, seconds_to_leave=5)
            for name in ("postgres", "api", "worker")
        ]
        for child in children:
            supervisor.add(child)
    assert order == ["worker", "api", "postgres"]
    assert not any(child.running for child in children)


def test_the_first_signal_asks_to_stop(told: Told):
    before = signal.getsignal(signal.SIGINT)
    with Supervisor(told) as supervisor:
        with pytest.raises(StopAsked):
            os.kill(os.getpid(), signal.SIGINT)
        assert not supervisor._hurry
    assert signal.getsignal(signal.SIGINT) is before


def test_the_second_signal_hurries_a_child_that_does_not_listen(tmp_path: Path, told: Told):
    deaf = (
        "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint(1, flush=True)\nwhile True: signal.pause()"
    )
    child = program(tmp_path, deaf)
    # Waiting for it would take longer than any test may.
    child._seconds_to_leave = 600
    with Supervisor(told) as supervisor:
        supervisor.add(child)
        assert number_in(child.log) == 1
        with pytest.raises(StopAsked):
            os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGTERM)
    assert child.exit_code == -signal.SIGKILL


def test_a_child_is_in_no_group_that_the_terminal_interrupts(supervisor: Supervisor, tmp_path: Path):
    child = program(tmp_path, WAITS)
    supervisor.add(child)
    assert os.getsid(process_of(child).pid) != os.getsid(0)


def test_grandchildren_are_stopped_too(tmp_path: Path, told: Told):
    code = (
        "import subprocess, sys, signal\n"
        f"child = subprocess.Popen([sys.executable, '-c', {WAITS!r}])\n"
        "print(child.pid, flush=True)\n"
        "signal.pause()"
    )
    child = program(tmp_path, code)
    with Supervisor(told) as supervisor:
        supervisor.add(child)
        process_of(child)
        grandchild = psutil.Process(number_in(child.log))
    psutil.wait_procs([grandchild], timeout=10)
    assert not grandchild.is_running()


def number_in(log: Path) -> int:
    """What a child wrote first, as soon as it is there."""
    with subprocess.Popen(["tail", "-f", "-n", "+1", log], stdout=subprocess.PIPE) as tail:
        assert tail.stdout is not None
        number = int(tail.stdout.readline())
        tail.kill()
    return number
