"""The processes of the harness: `python -m tests.faults.child web PORT`, `… worker NAME...`, `… plain`."""

import logging
import os
import signal
import sys
import threading

import uvicorn

from shared.worker import run_worker
from tests.faults.plain import run_plain_worker
from tests.faults.world import create_web, create_works


def main(role: str, *words: str) -> int:
    logging.basicConfig(level="WARNING")
    # To make a worker deaf: its main thread, in which Celery listens to the broker, stops in the handler of this signal
    # (the first of the two is Celery's own). All else in the process goes on, and the broker answers: just the state
    # that the watchdog is there for.
    signal.signal(signal.SIGUSR2, lambda *_: threading.Event().wait())
    if role == "web":
        uvicorn.run(create_web, factory=True, port=int(words[0]), log_level="error", access_log=False)
        return 0
    if role == "plain":
        return run_plain_worker(os.environ["BROKER_URL"])
    return run_worker(create_works(words), os.environ["BROKER_URL"], threads=4)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
