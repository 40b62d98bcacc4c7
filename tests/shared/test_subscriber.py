"""The receiving side: new, behind, failing, and with several threads."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from shared.errors import TryAgain
from shared.messaging import Batch, Subscriber, on
from shared.messaging.failures import is_passing
from shared.messaging.subscriber import LONGEST_PAUSE, TRIES
from tests.shared.waiting import until
from tests.shared.world import MUTTERED, SAID, WHISPERED, Numbered, World


def sent(world: World, number: int = 1) -> tuple[list[int], Batch]:
    """So many new messages of alpha, and the batch that carries them to gamma."""
    numbers = [world.publish("alpha") for _ in range(number)]
    world.step("alpha")
    return numbers, world.broker.take("gamma", -1)


def test_a_new_subscriber_hears_all_that_is_kept(world: World):
    numbers = [world.publish("alpha") for _ in range(3)]
    world.number("alpha")
    world.subscriber("gamma").catch_up("alpha")
    assert world.heard("gamma", "alpha") == numbers


def test_a_new_subscriber_of_a_trimmed_log_is_told_the_state(world: World):
    for _ in range(3):
        world.publish("alpha")
    world.number("alpha")
    world.trim("alpha", world.clock() + timedelta(days=1))
    gamma = world.subscriber("gamma")
    gamma.catch_up("alpha")
    world.number("alpha")
    gamma.catch_up("alpha")
    assert world.heard("gamma", "alpha") == [world.retold["alpha"]]


def test_a_batch_that_was_lost_is_fetched_when_the_next_one_comes(world: World):
    gamma, relay = world.subscriber("gamma"), world.relay("alpha")
    first = world.publish("alpha")
    world.step("alpha", relay)
    world.broker.queues.clear()
    second = world.publish("alpha")
    world.step("alpha", relay)
    gamma.receive(world.broker.take("gamma"))
    assert world.heard("gamma", "alpha") == [first, second]


def test_what_the_broker_lost_for_good_is_found_by_asking(world: World):
    n = world.publish("alpha")
    world.step("alpha")
    world.broker.queues.clear()
    world.subscriber("gamma").catch_up("alpha")
    assert world.heard("gamma", "alpha") == [n]


def test_asking_moves_past_what_is_not_for_us(world: World):
    world.publish("alpha", MUTTERED)
    world.number("alpha")
    world.subscriber("gamma").catch_up("alpha")
    assert world.cursor("gamma", "alpha")[1] == 1


def test_twice_is_the_same_as_once(world: World):
    gamma = world.subscriber("gamma")
    numbers, batch = sent(world, 2)
    gamma.receive(batch)
    gamma.receive(batch)
    assert world.heard("gamma", "alpha") == numbers


def test_an_unknown_kind_is_passed_over_and_an_unknown_source_left_alone(world: World):
    only_whispers = world.subscriber("gamma", [on(WHISPERED["alpha"], lambda *_: None)])
    _, batch = sent(world)
    only_whispers.receive(batch)
    assert world.cursor("gamma", "alpha")[1] == 1
    only_whispers.receive(batch.model_copy(update={"source": "omega"}))
    assert world.query("gamma", "SELECT source FROM cursors") == [("alpha",)]


def test_a_message_that_does_not_fit_its_contract_is_poison_and_not_the_end(world: World):
    gamma = world.subscriber("gamma")
    bad, good = world.publish("alpha"), world.publish("alpha")
    with world.transaction("alpha") as session:
        session.execute(text(f"UPDATE outbox SET data = data - 'id' WHERE data->>'n' = '{bad}'"))
    world.number("alpha")
    for _ in range(TRIES):
        gamma.catch_up("alpha")
        world.clock.go_on(LONGEST_PAUSE.total_seconds())
    assert world.parked("gamma") == {bad}
    assert world.heard("gamma", "alpha") == [good]


class TestPoison:
    def test_is_tried_five_times_with_growing_pauses_and_then_put_aside(self, world: World):
        gamma = world.subscriber("gamma")
        good, bad, after = (world.publish("alpha") for _ in range(3))
        world.poison.add(("gamma", bad))
        world.number("alpha")
        tried_at: list[float] = []
        begun = world.clock()
        for _ in range(60):
            before = world.cursor("gamma", "alpha")[2]
            gamma.catch_up("alpha")
            if world.cursor("gamma", "alpha")[2] != before or world.parked("gamma"):
                tried_at.append((world.clock() - begun).total_seconds())
            if world.parked("gamma"):
                break
            world.clock.go_on(0.5)
        assert tried_at == [0, 1, 3, 7, 15]
        assert world.parked("gamma") == {bad}
        assert world.heard("gamma", "alpha") == [good, after]

    def test_holds_up_its_own_source_and_no_other(self, world: World):
        gamma = world.subscriber("gamma")
        bad = world.publish("alpha")
        world.poison.add(("gamma", bad))
        waiting, other = world.publish("alpha"), world.publish("beta")
        for source in ("alpha", "beta"):
            world.number(source)
            gamma.catch_up(source)
        assert world.heard("gamma", "beta") == [other]
        assert waiting not in world.heard("gamma", "alpha")

    def test_a_message_that_works_at_last_is_not_parked(self, world: World):
        gamma = world.subscriber("gamma")
        n = world.publish("alpha")
        world.failing["gamma", n] = [ValueError() for _ in range(4)]
        world.number("alpha")
        for _ in range(TRIES):
            gamma.catch_up("alpha")
            world.clock.go_on(LONGEST_PAUSE.total_seconds())
        assert world.heard("gamma", "alpha") == [n]
        assert world.parked("gamma") == set()

    def test_an_old_batch_does_not_forgive_it_its_tries(self, world: World):
        gamma = world.subscriber("gamma")
        _, old = sent(world)
        gamma.receive(old)
        (bad,), batch = sent(world)
        world.poison.add(("gamma", bad))
        gamma.receive(batch)
        world.clock.go_on(2)
        gamma.receive(old)
        assert world.cursor("gamma", "alpha")[2] == 1
        assert gamma.is_behind("alpha")

    def test_a_clock_that_went_back_does_not_hold_it_up(self, world: World):
        gamma = world.subscriber("gamma")
        n = world.publish("alpha")
        world.failing["gamma", n] = [ValueError(), ValueError()]
        world.number("alpha")
        gamma.catch_up("alpha")
        world.clock.at -= timedelta(days=100)
        gamma.catch_up("alpha")
        assert world.heard("gamma", "alpha") == [n]

    def test_two_processes_share_one_count(self, world: World):
        one, other = world.subscriber("gamma"), world.subscriber("gamma")
        (bad,), batch = sent(world)
        world.poison.add(("gamma", bad))
        one.receive(batch)
        other.receive(batch)
        assert world.cursor("gamma", "alpha")[2] == 1, "the other waits, too"


class TestTroubleThatPasses:
    def test_is_not_counted_however_often_it_comes(self, world: World):
        gamma = world.subscriber("gamma")
        n = world.publish("alpha")
        deadlock = OperationalError("", None, psycopg.errors.DeadlockDetected())
        world.failing["gamma", n] = [deadlock] * (2 * TRIES)
        world.number("alpha")
        for _ in range(2 * TRIES):
            with pytest.raises(OperationalError):
                gamma.catch_up("alpha")
            assert gamma.is_behind("alpha"), "it is tried again at once"
        gamma.catch_up("alpha")
        assert world.heard("gamma", "alpha") == [n]
        assert not gamma.is_behind("alpha")

    def test_a_source_that_is_away_is_asked_again_soon(self, world: World):
        gamma = world.subscriber("gamma")
        world.away.add("alpha")
        with pytest.raises(TryAgain):
            gamma.catch_up("alpha")
        assert gamma.is_behind("alpha")
        assert not gamma.is_behind("beta")

    @pytest.mark.parametrize(
        ("error", "passes"),
        [
            (OperationalError("", None, psycopg.OperationalError("server closed the connection")), True),
            (OperationalError("", None, psycopg.errors.AdminShutdown()), True),
            (OperationalError("", None, psycopg.errors.LockNotAvailable()), True),
            (OperationalError("", None, psycopg.errors.SerializationFailure()), True),
            (OperationalError("", None, psycopg.errors.DiskFull()), True),
            (PoolTimeoutError(), True),
            # These come again each time, so the message is to blame: a statement too slow, a value too long to index.
            (OperationalError("", None, psycopg.errors.QueryCanceled()), False),
            (OperationalError("", None, psycopg.errors.ProgramLimitExceeded()), False),
            (ValueError(), False),
        ],
    )
    def test_is_told_from_what_a_message_does(self, error: Exception, passes: bool):
        assert is_passing(error) is passes


class TestThreads:
    def test_two_processes_apply_each_message_once(self, world: World):
        numbers, batches = [], []
        relay = world.relay("alpha")
        for _ in range(20):
            numbers.append(world.publish("alpha"))
            world.step("alpha", relay)
            batches.append(world.broker.take("gamma"))
        processes = [world.subscriber("gamma"), world.subscriber("gamma")]
        with ThreadPoolExecutor(8) as threads:
            works = [
                threads.submit(processes[index % 2].receive, batch) for index, batch in enumerate(batches + batches)
            ]
            for work in works:
                work.result()
        processes[0].catch_up("alpha")
        assert world.heard("gamma", "alpha") == numbers

    def test_a_thread_leaves_its_batch_to_the_one_at_work_and_goes(self, world: World):
        gamma, at_work, go_on = self._slow_subscriber(world)
        relay = world.relay("alpha")
        numbers = []
        batches = []
        for _ in range(2):
            numbers.append(world.publish("alpha"))
            world.step("alpha", relay)
            batches.append(world.broker.take("gamma"))
        with ThreadPoolExecutor(1) as thread:
            first = thread.submit(gamma.receive, batches[0])
            at_work.wait()
            gamma.receive(batches[1])  # returns at once
            assert world.heard("gamma", "alpha") == []
            go_on.set()
            first.result()
        assert world.calls["gamma", numbers[1]] == 1

    def test_a_batch_left_to_a_thread_that_was_catching_up_is_not_forgotten(self, world: World):
        gamma = world.subscriber("gamma")
        n = world.publish("alpha")
        world.step("alpha")
        batch = world.broker.take("gamma")
        gamma.catch_up("alpha")
        later = world.publish("alpha")
        asked: list[int] = []

        def meanwhile() -> None:
            # Just after the source has answered that there is no more, the batch arrives in another thread.
            asked.append(world.step("alpha"))
            gamma.receive(world.broker.take("gamma", -1))

        world.during_page.append(meanwhile)
        gamma.catch_up("alpha")
        assert batch.upto == 1
        assert world.heard("gamma", "alpha") == [n, later]

    def _slow_subscriber(self, world: World) -> tuple[Subscriber, threading.Event, threading.Event]:
        at_work, go_on = threading.Event(), threading.Event()

        def slowly(session: Session, message: Numbered, now: datetime) -> None:
            world.calls["gamma", message.n] += 1
            at_work.set()
            until(go_on.is_set, "told to go on")

        handle: Callable[[Session, Numbered, datetime], None] = slowly
        return world.subscriber("gamma", [on(SAID["alpha"], handle)]), at_work, go_on
