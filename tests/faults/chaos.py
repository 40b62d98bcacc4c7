"""What goes wrong, and when: a schedule that is the same in every run."""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.faults.stage import Stage


@dataclass(frozen=True)
class Faults:
    """How often each thing happens."""

    worker_kills: int
    flushes: int
    broker_kills: int
    database_restarts: int

    def schedule(self, seed: int = 7) -> list[str]:
        """Their names, shuffled."""
        names = ["worker"] * self.worker_kills + ["flush"] * self.flushes
        names += ["broker"] * self.broker_kills + ["database"] * self.database_restarts
        random.Random(seed).shuffle(names)
        return names


def wreak(stage: Stage, faults: Faults, seconds: float, going_on: Callable[[], bool]) -> dict[str, int]:
    """Let all of it happen, spread over so many seconds or faster when the traffic ends; says how often each did."""
    schedule, dice, pause = faults.schedule(), random.Random(11), threading.Event()
    happened = dict.fromkeys(("worker", "flush", "broker", "database"), 0)
    began = time.monotonic()
    for number, name in enumerate(schedule, start=1):
        if going_on():
            pause.wait(max(0.0, began + seconds * number / len(schedule) - time.monotonic()))
        match name:
            case "worker":
                stage.kill_worker(dice.choice(stage.workers))
            case "flush":
                stage.flush()
            case "broker":
                stage.kill_broker()
            case "database":
                stage.restart_database()
        happened[name] += 1
    return happened
