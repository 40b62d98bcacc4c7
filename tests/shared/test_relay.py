"""The relay as it runs: with the lead, the bell, and a database and a broker that go away."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import text

from shared.messaging import Batch, Relay
from shared.messaging.relay import BrokerAwayError
from tests.shared.waiting import until
from tests.shared.world import MUTTERED, SAID, World

LEADERS = """SELECT pid FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
             WHERE locktype = 'advisory' AND granted AND datname = current_database()"""


class Heard:
    """Takes batches, and does with the next one what it is told."""

    def __init__(self) -> None:
        self.batches: list[tuple[str, Batch]] = []
        self.error: Exception | None = None

    def __call__(self, subscriber: str, batch: Batch) -> None:
        error, self.error = self.error, None
        if error:
            raise error
        self.batches.append((subscriber, batch))

    def by(self, subscriber: str) -> list[int]:
        return [m.data["n"] for name, batch in self.batches if name == subscriber for m in batch.messages]


@pytest.fixture
def run(world: World) -> Iterator[Callable[[], Heard]]:
    """Starts relays of alpha, each as in a worker process of its own, and ends them after the test."""
    stop = threading.Event()
    threads: list[threading.Thread] = []

    def start() -> Heard:
        heard = Heard()
        relay = Relay(world.logs["alpha"], world.engines["alpha"], heard, world.clock)
        threads.append(threading.Thread(target=relay.run, args=(stop,)))
        threads[-1].start()
        return heard

    yield start
    stop.set()
    for thread in threads:
        thread.join()


def leaders(world: World) -> list[int]:
    return [pid for (pid,) in world.query("alpha", LEADERS)]


def test_what_is_published_is_numbered_and_sent_to_whoever_hears_it(world: World, run: Callable[[], Heard]):
    heard = run()
    n = world.publish("alpha")
    until(lambda: heard.by("gamma") == [n] == heard.by("delta"), "both got it")
    assert world.log("alpha") == {1: n}, "numbered before it was sent, for all to see"


def test_the_bell_is_heard_and_not_just_the_clock(
    world: World, run: Callable[[], Heard], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("shared.messaging.relay.TICK_SECONDS", 3600.0)
    heard = run()
    until(lambda: leaders(world), "it leads")
    for _ in range(5):
        n = world.publish("alpha")
        until(lambda n=n: n in heard.by("gamma"), "it was woken")
    # It cannot be told to stop before its tick, so its connection is ended.
    monkeypatch.setattr("shared.messaging.relay.TICK_SECONDS", 0.01)
    _end_backends(world, leaders(world))


def test_one_leads_and_another_takes_its_place(world: World, run: Callable[[], Heard]):
    one, other = run(), run()
    until(lambda: leaders(world), "one leads")
    first = world.publish("alpha")
    until(lambda: first in one.by("gamma") + other.by("gamma"), "it was sent")
    assert sorted([one.by("gamma"), other.by("gamma")]) == [[], [first]]
    _end_backends(world, leaders(world))
    second = world.publish("alpha")
    until(lambda: second in one.by("gamma") + other.by("gamma"), "somebody leads again")
    assert len(leaders(world)) == 1


@contextmanager
def failing_statements(world: World) -> Iterator[None]:
    """While this lasts the log cannot be numbered, though the connection is sound."""
    with world.transaction("alpha") as session:
        session.execute(text("ALTER TABLE outbox RENAME TO outbox_away"))
    yield
    with world.transaction("alpha") as session:
        session.execute(text("ALTER TABLE outbox_away RENAME TO outbox"))


def test_a_statement_that_fails_does_not_keep_the_lead(
    world: World, run: Callable[[], Heard], caplog: pytest.LogCaptureFixture
):
    heard = run()
    until(lambda: leaders(world), "it leads")
    with failing_statements(world):
        until(lambda: "relay lost its database" in caplog.text, "it stumbles")
    n = world.publish("alpha")
    until(lambda: heard.by("gamma") == [n], "it leads again")


def test_even_an_error_nobody_thought_of_does_not_end_it(
    world: World, run: Callable[[], Heard], caplog: pytest.LogCaptureFixture
):
    heard = run()
    heard.error = RuntimeError("unheard of")
    n = world.publish("alpha")
    until(lambda: heard.by("gamma") == [n], "it goes on")


def test_while_the_broker_is_away_messages_wait_and_are_numbered(world: World, run: Callable[[], Heard]):
    heard = run()
    heard.error = BrokerAwayError("away")
    n = world.publish("alpha")
    until(lambda: heard.by("gamma") == [n], "it was sent when the broker was back")


def test_a_batch_follows_on_the_last_one_whatever_lies_between(world: World):
    relay = world.relay("alpha")
    first = world.publish("alpha")
    world.step("alpha", relay)
    world.publish("alpha", MUTTERED)
    world.step("alpha", relay)
    second = world.publish("alpha")
    world.step("alpha", relay)
    batches = [world.broker.take("gamma") for _ in range(2)]
    assert [(b.previous, b.upto, [m.data["n"] for m in b.messages]) for b in batches] == [
        (0, 1, [first]),
        (1, 3, [second]),
    ]


def test_many_at_once_travel_in_batches_that_follow_on_each_other(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("shared.messaging.relay.BATCH", 2)
    numbers = [world.publish("alpha", kinds) for kinds in (SAID, MUTTERED, SAID, SAID, MUTTERED, MUTTERED)]
    world.step("alpha", world.relay("alpha"))
    batches = [world.broker.take("gamma") for _ in range(2)]
    assert [(b.previous, b.upto) for b in batches] == [(0, 3), (3, 6)]
    assert [m.data["n"] for b in batches for m in b.messages] == [numbers[0], numbers[2], numbers[3]]
    assert not world.broker.queues["gamma"]


def test_another_relay_goes_on_where_the_first_wrote_down_that_it_was(world: World):
    relay = world.relay("alpha")
    world.publish("alpha")
    world.step("alpha", relay)
    world.step("alpha", relay)
    world.broker.queues.clear()
    n = world.publish("alpha")
    world.step("alpha")
    batch = world.broker.take("gamma")
    assert (batch.previous, [m.data["n"] for m in batch.messages]) == (1, [n])


def test_what_the_broker_did_not_take_is_sent_with_what_came_later(world: World):
    relay = world.relay("alpha")
    world.step("alpha", relay)
    world.broker.away = True
    missed = world.publish("alpha")
    with pytest.raises(BrokerAwayError):
        world.step("alpha", relay)
    world.broker.away = False
    n = world.publish("alpha")
    world.step("alpha", relay)
    batch = world.broker.take("gamma")
    assert (batch.previous, [m.data["n"] for m in batch.messages]) == (0, [missed, n])


def test_a_relay_that_leads_again_looks_at_what_the_other_sent(world: World):
    """What it remembers is of before: the log may have been restored, and have grown again, while another led."""
    relay = world.relay("alpha")
    dump = world.dump("alpha")
    for _ in range(5):
        world.publish("alpha", MUTTERED)
    world.step("alpha", relay)
    world.restore("alpha", dump, home="elsewhere")
    other = world.relay("alpha")
    missed = world.publish("alpha")
    for _ in range(5):
        world.publish("alpha", MUTTERED)
    world.broker.away = True
    with pytest.raises(BrokerAwayError):
        world.step("alpha", other)
    world.broker.away = False
    world.step("alpha", relay)
    assert [m.data["n"] for m in world.broker.take("gamma").messages] == [missed]


def test_after_a_trimmed_log_nothing_looks_complete(world: World):
    relay = world.relay("alpha")
    for _ in range(3):
        world.publish("alpha")
        world.clock.go_on(60)
    world.number("alpha")
    world.trim("alpha", world.clock() - timedelta(seconds=90))
    world.step("alpha", relay)
    batch = world.broker.take("gamma")
    assert (batch.previous, batch.upto) == (2, 3)


def _end_backends(world: World, pids: list[int]) -> None:
    for pid in pids:
        world.query("alpha", f"SELECT pg_terminate_backend({pid})")
