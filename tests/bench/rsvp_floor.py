"""What PostgreSQL does with a place at most: the row that says yes and the count, committed, and nothing around it."""

import threading
import time

import psycopg

from shared.ids import new_id
from tests.bench import child

SECONDS = 1.0
TABLES = """
CREATE TABLE floor_occurrences (id int PRIMARY KEY, capacity int, going int NOT NULL);
CREATE TABLE floor_rsvps (occurrence_id int, member_id uuid, answer text, PRIMARY KEY (occurrence_id, member_id));
INSERT INTO floor_occurrences VALUES (1, 1000000000, 0);
"""
KEEP_ANSWER = "INSERT INTO floor_rsvps VALUES (1, %s, 'going')"
TAKE_PLACE = "UPDATE floor_occurrences SET going = going + 1 WHERE id = 1 AND capacity >= going + 1"
CLEAN = "DROP TABLE IF EXISTS floor_rsvps, floor_occurrences"


def commits_per_second(url: str, connections: int) -> float:
    """How many a second, over so many connections at once."""
    found: float = child.ask_child(__name__, url=url, connections=connections)
    return found


def main() -> None:
    plan = child.told()
    with psycopg.connect(plan["url"], autocommit=True) as connection:
        connection.execute(CLEAN)
        connection.execute(TABLES)
        try:
            child.answer(_measured(plan["url"], plan["connections"]))
        finally:
            connection.execute(CLEAN)


def _measured(url: str, connections: int) -> float:
    together = threading.Barrier(connections + 1)
    counts: list[int] = []

    def commit() -> None:
        done = 0
        with psycopg.connect(url) as connection:
            together.wait()
            until = time.perf_counter() + SECONDS
            while time.perf_counter() < until:
                connection.execute(KEEP_ANSWER, [new_id()])
                connection.execute(TAKE_PLACE)
                connection.commit()
                done += 1
        counts.append(done)

    threads = [threading.Thread(target=commit) for _ in range(connections)]
    for thread in threads:
        thread.start()
    together.wait()
    begun = time.perf_counter()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - begun)


if __name__ == "__main__":
    main()
