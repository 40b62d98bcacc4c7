"""Writing to the log and reading it: what is in it, in which order, and what travels."""

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.messaging.log import LogReader
from tests.shared.waiting import until
from tests.shared.world import BEGINNING, MUTTERED, ROUTES, WHISPERED, World

WRITERS = 6
ROUNDS = 8


def test_what_is_rolled_back_was_never_said(world: World):
    def refuse() -> None:
        with world.transaction("alpha") as session:
            world.publish("alpha", session=session)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        refuse()
    assert world.number("alpha") == 0
    assert world.query("alpha", "SELECT * FROM outbox") == []


def test_a_rollback_leaves_no_hole(world: World):
    first = world.publish("alpha")
    lost = world.sessions["alpha"]()
    world.publish("alpha", session=lost)
    second = world.publish("alpha")
    lost.rollback()
    world.number("alpha")
    assert world.log("alpha") == {1: first, 2: second}


def test_a_message_that_is_not_committed_yet_comes_later(world: World):
    slow = world.sessions["alpha"]()
    early = world.publish("alpha", session=slow)
    quick = world.publish("alpha")
    world.number("alpha")
    slow.commit()
    world.number("alpha")
    assert world.log("alpha") == {1: quick, 2: early}


def test_who_waited_for_another_is_after_it_in_the_log(world: World):
    with world.transaction("alpha") as session:
        session.execute(text("INSERT INTO effects (subscriber, source, n) VALUES ('row', '', 0)"))
    touch = text("UPDATE effects SET n = n + 1 WHERE subscriber = 'row'")
    begun = threading.Event()

    def second() -> int:
        with world.transaction("alpha") as session:
            begun.set()
            session.execute(touch)
            return world.publish("alpha", session=session)

    with ThreadPoolExecutor(1) as thread, world.sessions["alpha"]() as first:
        first.execute(touch)
        waiting = thread.submit(second)
        begun.wait()
        until(lambda: world.query("alpha", "SELECT 1 FROM pg_locks WHERE NOT granted"), "the second waits")
        earlier = world.publish("alpha", session=first)
        first.commit()
        later = waiting.result()
    world.number("alpha")
    assert world.log("alpha") == {1: earlier, 2: later}


def test_many_writers_of_one_thing_are_numbered_in_the_order_of_their_commits(world: World):
    with world.transaction("alpha") as session:
        session.execute(text("INSERT INTO effects (subscriber, source, n) VALUES ('row', '', 0)"))
    committed: list[int] = []
    done = threading.Event()

    def write() -> None:
        for _ in range(ROUNDS):
            with world.transaction("alpha") as session:
                session.execute(text("UPDATE effects SET n = n + 1 WHERE subscriber = 'row'"))
                committed.append(world.publish("alpha", session=session))

    def number() -> None:
        while not done.is_set():
            world.number("alpha")
        world.number("alpha")

    with ThreadPoolExecutor(WRITERS + 1) as threads:
        relay = threads.submit(number)
        for writer in [threads.submit(write) for _ in range(WRITERS)]:
            writer.result()
        done.set()
        relay.result()
    # The row is locked from before a number is taken until its commit: the list is in the order of commits.
    assert list(world.log("alpha").items()) == list(enumerate(committed, 1))


def test_a_subscriber_reads_what_it_hears_and_nothing_else(world: World):
    said = world.publish("alpha")
    whispered = world.publish("alpha", WHISPERED)
    world.publish("alpha", MUTTERED)
    world.number("alpha")
    with world.sessions["alpha"]() as session:
        gamma = world.logs["alpha"].page(session, "gamma", 0)
        delta = world.logs["alpha"].page(session, "delta", 0)
        nobody = world.logs["alpha"].page(session, "nobody", 0)
    assert [m.data["n"] for m in gamma.batch.messages] == [said, whispered]
    assert [m.data["n"] for m in delta.batch.messages] == [said]
    assert nobody.batch.messages == ()
    assert {page.batch.upto for page in (gamma, delta, nobody)} == {3}


def test_a_long_log_is_read_in_pages(world: World):
    numbers = [world.publish("alpha") for _ in range(5)]
    world.number("alpha")
    read, after = [], 0
    with world.sessions["alpha"]() as session:
        while after < 5:
            batch = world.logs["alpha"].page(session, "gamma", after, limit=2).batch
            assert batch.previous == after
            read += [message.data["n"] for message in batch.messages]
            after = batch.upto
    assert read == numbers


def test_what_travels_is_a_cloudevent(world: World):
    """CloudEvents 1.0, sections 3.1 (required and optional attributes) and the JSON format."""
    n = world.publish("alpha")
    world.step("alpha")
    (message,) = json.loads(world.broker.queues["gamma"][0])["messages"]
    assert message["specversion"] == "1.0"
    assert message["type"] == "alpha.said.v1"
    assert message["source"] == "/alpha"
    assert message["subject"] == message["data"]["id"]
    assert message["datacontenttype"] == "application/json"
    assert message["position"] == 1
    assert message["data"]["n"] == n
    assert datetime.fromisoformat(message["time"]) == BEGINNING
    assert len(message["id"]) == 36
    assert all(name.isalnum() and name == name.lower() for name in message)


class TestTrimming:
    def test_only_old_messages_are_forgotten(self, world: World):
        for _ in range(4):
            world.publish("alpha")
            world.clock.go_on(10)
        world.number("alpha")
        assert world.trim("alpha", BEGINNING + timedelta(seconds=20)) == 2
        assert list(world.log("alpha")) == [3, 4]

    def test_a_clock_that_went_back_leaves_no_hole(self, world: World):
        for seconds in (0, 100, -100, 200):
            world.clock.at = BEGINNING + timedelta(seconds=seconds)
            world.publish("alpha")
        world.number("alpha")
        world.trim("alpha", BEGINNING + timedelta(seconds=50))
        assert list(world.log("alpha")) == [2, 3, 4]

    def test_all_of_it_may_go_and_the_positions_go_on(self, world: World):
        world.publish("alpha")
        world.number("alpha")
        unnumbered = world.publish("alpha")
        assert world.trim("alpha", BEGINNING + timedelta(days=1)) == 1
        world.number("alpha")
        assert world.log("alpha") == {2: unnumbered}

    def test_what_is_trimmed_while_a_page_is_read_is_seen_to_be_missing(self, world: World):
        for _ in range(3):
            world.publish("alpha")
        world.number("alpha")
        with world.sessions["alpha"]() as session:
            trims = _before_the_rows(session, lambda: world.trim("alpha", BEGINNING + timedelta(days=1)))
            page = world.logs["alpha"].page(session, "gamma", 0)
        assert trims == [3]
        assert page.oldest == 4


def _before_the_rows(session: Session, action: Callable[[], int]) -> list[int]:
    """Let something happen between the two reads of a page: its state and its rows."""
    done: list[int] = []
    reads: list[object] = []
    read = session.execute

    def execute(statement: object, *args: object, **options: object) -> object:
        reads.append(statement)
        if len(reads) == 2:
            done.append(action())
        return read(statement, *args, **options)

    session.execute = execute
    return done


class TestANewLife:
    def test_is_begun_once_for_all_who_ask(self, world: World):
        epoch = world.state("alpha")[0]
        logs = world.logs["alpha"]
        with world.transaction("alpha") as session:
            first = logs.renew(session, epoch, now=world.clock())
        with world.transaction("alpha") as session:
            second = logs.renew(session, epoch, now=world.clock())
        assert first == second != epoch
        assert world.number("alpha") == 1, "the state was told once"

    def test_tells_no_old_state_after_the_change_of_it(self, world: World):
        """Whoever is publishing is waited for, and whoever comes meanwhile waits."""

        def tell(session: Session, now: datetime) -> None:
            state.extend(session.execute(text("SELECT n FROM effects")).scalars())

        state: list[int] = []
        logs = LogReader("alpha", ROUTES, tell)

        def renew() -> None:
            with world.transaction("alpha") as session:
                logs.renew(session, None, now=world.clock())

        with ThreadPoolExecutor(1) as thread, world.sessions["alpha"]() as session:
            session.execute(text("INSERT INTO effects (n) VALUES (7)"))
            world.publish("alpha", session=session)
            renewal = thread.submit(renew)
            until(lambda: world.query("alpha", "SELECT 1 FROM pg_locks WHERE NOT granted"), "the renewal waits")
            session.commit()
            renewal.result()
        assert state == [7]

    def test_says_how_far_it_is_the_same_as_each_before(self, world: World):
        logs, epochs = world.logs["alpha"], []
        for _ in range(3):
            world.publish("alpha")
            world.number("alpha")
            epochs.append(world.state("alpha")[0])
            with world.transaction("alpha") as session:
                logs.renew(session, None, now=world.clock())
        _, start, head, former = world.state("alpha")
        assert start == head
        assert [former[str(epoch)] for epoch in epochs] == [1, 3, 5]  # one published and, from then on, one told again
