"""Nothing may stay behind when the supervisor is killed, and cannot do anything about it any more."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil

SUPERVISES = """
import os, sys, time
from pathlib import Path
from deploy.local.engines import Postgres, Valkey
from deploy.local.supervisor import Program, Supervisor

folder = Path(sys.argv[1])
with Supervisor(print) as supervisor:
    engines = Postgres(folder / "postgres", durable=False), Valkey(folder / "valkey")
    for engine in engines:
        supervisor.add(engine)
        engine.wait_ready()
    waits = [sys.executable, "-c", "import signal; signal.pause()"]
    supervisor.add(Program("worker", waits, dict(os.environ), folder / "worker.log", seconds_to_leave=5))
    print("ready", flush=True)
    supervisor.run()
"""


def test_a_killed_supervisor_takes_everything_with_it(tmp_path: Path):
    with subprocess.Popen([sys.executable, "-c", SUPERVISES, tmp_path], stdout=subprocess.PIPE) as supervisor:
        assert supervisor.stdout is not None
        assert supervisor.stdout.readline() == b"ready\n"
        children = psutil.Process(supervisor.pid).children(recursive=True)
        assert len(children) >= 3
        os.kill(supervisor.pid, signal.SIGKILL)
    gone, alive = psutil.wait_procs(children, timeout=20)
    assert not alive
    assert len(gone) == len(children)


def test_sigterm_ends_it_in_order_and_without_a_word(tmp_path: Path):
    with subprocess.Popen(
        [sys.executable, "-c", SUPERVISES, tmp_path], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as supervisor:
        assert supervisor.stdout is not None
        assert supervisor.stdout.readline() == b"ready\n"
        children = psutil.Process(supervisor.pid).children(recursive=True)
        supervisor.send_signal(signal.SIGTERM)
        supervisor.wait(20)
    assert not any(child.is_running() for child in children)
    assert "database system is shut down" in (tmp_path / "postgres" / "postgresql.log").read_text()
