"""A short version of `make year`, and that it finds what is planted."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from shared.db import Sessions
from shared.testing.databases import Databases
from tests.year.simulation import POOL, Size, simulate
from tests.year.watch import Broken, Promise, Watch
from tests.year.world import World

pytestmark = pytest.mark.committed

# Threads have no seed: what comes of bursts is for `make year`, and for the tests of races.
MONTH = Size(weeks=4, members=30, activities=5, steps=15, bursts=0)
WEEK = Size(weeks=1, members=30, activities=4, steps=20, bursts=0)
SEED = 7
# A date with people in it who know nothing of what is done to it.
ITS_ID = """(SELECT id FROM occurrences WHERE starts_at > :now AND going > 0 AND going < capacity AND status = 'scheduled'
ORDER BY starts_at, slot LIMIT 1)"""
A_STRANGER = f"""INSERT INTO rsvps (occurrence_id, member_id, answer, answered_at)
SELECT {ITS_ID}, gen_random_uuid(), 'going', :now FROM generate_series(1, :many)"""
THE_NEXT_DAY = "starts = starts + '1 day', starts_at = starts_at + '1 day', ends_at = ends_at + '1 day'"
PLANTED = [
    (A_STRANGER.replace(":many", "1"), Promise.COUNTS),
    (A_STRANGER.replace(":many", "99"), Promise.CAPACITY),
    (f"UPDATE occurrences SET {THE_NEXT_DAY} WHERE id = {ITS_ID}", Promise.AGREED),
    (f"UPDATE occurrences SET slot = '2001-01-01T10:00:00' WHERE id = {ITS_ID}", Promise.THERE),
    ("UPDATE groups SET visibility = 'open' WHERE CAST(:now AS timestamptz) IS NOT NULL", Promise.HIDDEN),
]


@pytest.fixture
def committed(databases: Databases) -> Iterator[Sessions]:
    with databases.owned_sessions("events", pool_size=POOL) as sessions:
        yield sessions


def test_every_promise_is_kept_for_a_month(committed: Sessions):
    watch = Watch()
    simulate(committed, MONTH, SEED, watch)
    assert set(watch.looked) == set(Promise)


@pytest.mark.parametrize(("statement", "promise"), PLANTED, ids=[promise.name for _, promise in PLANTED])
def test_what_breaks_a_promise_is_found(committed: Sessions, statement: str, promise: Promise):
    def plant(world: World) -> None:
        with world.sessions.begin() as session:
            session.execute(text(statement), {"now": world.now})

    with pytest.raises(Broken, match=f"^{promise}"):
        simulate(committed, WEEK, SEED, Watch(), plant)
