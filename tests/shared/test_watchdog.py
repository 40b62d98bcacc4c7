"""When a worker takes itself for wedged. The watchdog is told the time; its own clock is the process's."""

import threading
import time

import pytest

from shared.db import connect
from shared.worker.celery_app import TASK_SECONDS_AT_MOST, create_celery
from shared.worker.watchdog import QUEUE_KEPT_SECONDS, SILENCE_SECONDS, Watchdog


class Pinged(Watchdog):
    """Set up as after `heard_ago` seconds without a sound, the broker answering for `broker_for` of them."""

    def __init__(
        self, now: float, *, heard_ago: float, broker_for: float | None, busy_for: float | None = None
    ) -> None:
        super().__init__(create_celery("memory://"))
        self._heard = now - heard_ago
        self._broker_since = None if broker_for is None else now - broker_for
        if busy_for is not None:
            self._at_work[1] = now - busy_for


LONG, SHORT = SILENCE_SECONDS + 1, SILENCE_SECONDS - 1


@pytest.mark.parametrize(
    ("heard_ago", "broker_for", "busy_for", "wedged"),
    [
        pytest.param(SHORT, LONG, None, False, id="a ping was heard"),
        pytest.param(LONG, LONG, None, True, id="deaf while the broker answers"),
        pytest.param(LONG, SHORT, None, False, id="the broker is back since a moment"),
        pytest.param(LONG, None, None, False, id="the broker is away"),
        pytest.param(LONG, LONG, LONG, False, id="busy"),
        pytest.param(9999, 9999, TASK_SECONDS_AT_MOST, False, id="busy for as long as a task may take"),
        pytest.param(9999, 9999, TASK_SECONDS_AT_MOST + 1, True, id="a task that hangs excuses nothing"),
    ],
)
def test_a_worker_is_wedged_when_it_is_deaf_and_has_no_excuse(
    heard_ago: float, broker_for: float | None, busy_for: float | None, *, wedged: bool
):
    now = 100_000.0
    watchdog = Pinged(now, heard_ago=heard_ago, broker_for=broker_for, busy_for=busy_for)
    assert watchdog.is_wedged(now) is wedged


def test_one_task_that_hangs_is_no_sign_while_others_are_heard():
    now = 100_000.0
    assert not Pinged(now, heard_ago=1, broker_for=9999, busy_for=9999).is_wedged(now)


def test_a_task_in_another_thread_is_an_excuse_until_it_ends():
    watchdog = Pinged(time.monotonic(), heard_ago=9999, broker_for=9999)
    begun, end = threading.Event(), threading.Event()

    def task() -> None:
        watchdog.begun()
        begun.set()
        end.wait()
        watchdog.ended()

    thread = threading.Thread(target=task)
    thread.start()
    begun.wait()
    later = time.monotonic() + LONG
    assert not watchdog.is_wedged(later)
    end.set()
    thread.join()
    assert watchdog.is_wedged(later + LONG)


def test_the_queue_of_pings_goes_with_its_worker(broker: str):
    app = create_celery(broker)
    watchdog = Watchdog(app)
    queue = app.amqp.queues[watchdog.queue]
    assert queue.expires == QUEUE_KEPT_SECONDS
    assert queue.queue_arguments == {"x-queue-type": "classic"}
    watchdog._ping()
    with app.connection_for_read() as connection:
        channel = connection.default_channel
        assert channel.client.llen(watchdog.queue) == 1
        assert 0 < channel.client.pttl(watchdog.queue) <= QUEUE_KEPT_SECONDS * 1000
        # No exchange of its own either: nothing would ever take that away.
        assert channel.client.keys(f"_kombu.binding.*{watchdog.queue}*") == []
    app.close()


def test_a_connection_whose_other_end_is_gone_is_given_up_within_a_minute(postgres: str):
    engine = connect(postgres)
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        told = driver.info.get_parameters()
    engine.dispose()
    assert {name: told[name] for name in told if "keepalive" in name or name == "tcp_user_timeout"} == {
        "keepalives_idle": "30",
        "keepalives_interval": "10",
        "keepalives_count": "3",
        "tcp_user_timeout": "30000",
    }
