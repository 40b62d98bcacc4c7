"""A broker that is full of what nobody takes must not stay full: workers could not even begin, let alone empty it."""

from pathlib import Path

import redis

from deploy.local.engines import Valkey
from shared.ids import new_id
from shared.messaging import Batch
from shared.worker import create_celery
from shared.worker.celery_app import CelerySender

MEGABYTE = 1_000_000


def test_it_makes_room_by_itself(tmp_path: Path):
    with Valkey(tmp_path) as server, redis.Redis.from_url(server.url()) as client:
        for _ in range(100):
            client.rpush("a queue whose workers are away", b"x" * MEGABYTE)
        batch = Batch(source="alpha", epoch=new_id(), previous=0, upto=1, messages=())
        with create_celery(server.url()) as app:
            CelerySender(app)("gamma", batch)
        assert client.llen("gamma") == 1
