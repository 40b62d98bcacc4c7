"""`make faults`: kill everything again and again, count what was lost, write faults.json."""

import sys
import time
from pathlib import Path

from tests.bench.figures import Figure, at_least, at_most, exactly, table, write
from tests.faults.chaos import Faults
from tests.faults.runs import Ours, Plain, Size, heal_times, our_run, plain_run, stage

FULL = Size(20_000, rate=90, faults=Faults(worker_kills=50, flushes=10, broker_kills=5, database_restarts=2))
FLUSHES = 3
# Two sources to two subscribers: each message is applied twice, once at each.
SUBSCRIBERS = 2
# A request is refused for the broker's sake if the web process says so; what it can refuse for is the database.
DATABASE_AWAY = ("503",)
CONNECTION_CUT = ("ReadError", "RemoteProtocolError", "ConnectError", "ReadTimeout")


def figures(ours: Ours, heal: tuple[float, float, float], plain: Plain) -> list[Figure]:
    """What is printed and written."""
    verdict, happened = ours.verdict, ours.happened
    for_the_database = sum(ours.refused[reason] for reason in DATABASE_AWAY)
    others = sum(ours.refused.values()) - for_the_database
    return [
        Figure("workers killed", happened["worker"], "times", at_least(50)),
        Figure("broker flushed", happened["flush"], "times", at_least(10)),
        Figure("broker killed", happened["broker"], "times", at_least(5)),
        Figure("database restarted", happened["database"], "times", at_least(2)),
        Figure(
            "messages committed, for each who hears them", verdict.committed, "", at_least(FULL.messages * SUBSCRIBERS)
        ),
        Figure("messages applied", verdict.applied, "", exactly(verdict.committed)),
        Figure("messages lost", verdict.lost, "", exactly(0)),
        Figure("messages applied twice", verdict.twice, "", exactly(0)),
        Figure("messages out of order", verdict.out_of_order, "", exactly(0)),
        Figure("logs with gaps", verdict.gaps, "", exactly(0)),
        Figure("requests refused because of the broker", others, "", exactly(0)),
        Figure("requests refused while the database was away, and sent again", for_the_database, ""),
        Figure("time to settle after the last fault", ours.seconds_to_settle, "s"),
        Figure("longest to heal after a flush", heal[0], "s", at_most(20)),
        Figure("to replace a worker that is deaf", heal[1], "s", at_most(30)),
        Figure("longest a message waited for that", heal[2], "s"),
        Figure("plain Celery tasks: sent", plain.sent, ""),
        Figure("plain Celery tasks: lost", plain.lost, ""),
        Figure("plain Celery tasks: done twice", plain.twice, ""),
        Figure("plain Celery tasks: refused by the broker, and sent again", plain.not_sent, ""),
    ]


def main() -> int:
    """Run all of it; 1 when a goal is missed."""
    began = time.monotonic()
    say("Killing everything while 20,000 messages are on their way …")
    with stage() as running:
        ours = our_run(running, FULL)
        say(f"Refused requests by reason: {dict(ours.refused)}. Now healing times …")
        heal = heal_times(running, FULL.messages * 10, FLUSHES)
    say("The same faults for plain Celery tasks …")
    plain = plain_run(FULL)
    measured = figures(ours, heal, plain)
    print(table(write(measured, Path("faults.json"))))
    say(f"It took {(time.monotonic() - began) / 60:.1f} minutes; the figures are in faults.json.")
    missed = [figure.missed_by for figure in measured if figure.ok is False]
    for line in missed:
        say(f"MISSED  {line}")
    return 1 if missed else 0


def say(line: str) -> None:
    """A line for who waits."""
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
