"""For comparison: the same work as plain Celery tasks, with every setting that is said to make them safe, and no log."""

import os

from celery import Celery
from sqlalchemy import text

from shared.db import connect
from shared.worker import create_celery

QUEUE = "plain"
TASK = "plain.count"
# Far below what production would dare, so that what can come back does so within the run.
VISIBILITY_SECONDS = 30


def create_plain(broker_url: str) -> Celery:
    """Late acknowledgement, rejection when a worker is lost, prefetch 1, as in the product."""
    app = create_celery(broker_url)
    app.conf.broker_transport_options |= {"visibility_timeout": VISIBILITY_SECONDS}
    return app


def run_plain_worker(broker_url: str) -> int:
    """Writes down what it is told, once for each time it is told."""
    app = create_plain(broker_url)
    engine = connect(os.environ["URL_GAMMA"], pool_size=8)

    def count(n: int) -> None:
        with engine.begin() as connection:
            connection.execute(text("INSERT INTO effects (source, n) VALUES ('plain', :n)"), {"n": n})

    app.task(name=TASK)(count)
    worker = app.Worker(
        pool_cls="threads",
        concurrency=4,
        queues=[QUEUE],
        loglevel="ERROR",
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
    worker.start()
    return int(worker.exitcode or 0)
