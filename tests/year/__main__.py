"""`make year`: a year of a forum on a real database, checked at every step; the exit code is 1 when a promise broke.

`make year seed=8` is another year. With the same seed the same people wish the same things; who is first in a burst is
up to the threads.
"""

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from deploy.local.engines import Postgres
from shared.db import Sessions
from shared.testing.databases import Databases
from tests.conftest import engine_folder
from tests.year.rules import wall
from tests.year.simulation import POOL, Size, simulate
from tests.year.watch import Broken, Watch
from tests.year.world import World

SEED = 7


def main(seed: int) -> int:
    size, begun, watch = Size(), time.monotonic(), Watch()
    say(f"{size.weeks} weeks, {size.members} members and three groups on PostgreSQL, with the seed {seed} …")
    broken = None
    with database() as sessions:
        try:
            simulate(sessions, size, seed, watch, say_each_month)
        except Broken as found:
            broken = found
    table("What was done, and refused", watch.did)
    table("What was looked at, and how often", watch.looked)
    if broken is not None:
        print(f"BROKEN with the seed {seed}: {broken}\n\nThe last steps:", *watch.last, sep="\n  ")
        return 1
    say(f"Every promise was kept, in {time.monotonic() - begun:.0f} s, with the seed {seed}.")
    return 0


@contextmanager
def database() -> Iterator[Sessions]:
    """The tables of events on a PostgreSQL of their own, where commits are real."""
    with engine_folder() as folder:
        server = Postgres(folder, durable=False).start()
        try:
            with Databases(server.admin_url()).owned_sessions("events", pool_size=POOL) as sessions:
                yield sessions
        finally:
            server.stop(hurry=True)


def say_each_month(world: World) -> None:
    """That it goes on, for who waits."""
    today = wall(world.now)
    if today.day == 1:
        say(f"  {today:%B %Y}: {sum(world.watch.looked.values()):,} looks so far")


def table(title: str, counts: Mapping[str, int]) -> None:
    print(f"\n{title}:\n", *(f"{many:>10,}  {what}" for what, many in sorted(counts.items())), "", sep="\n")


def say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else SEED))
