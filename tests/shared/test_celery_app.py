"""A batch reaches the subscriber's queue on a real broker."""

from uuid import UUID

from shared.messaging import Batch
from shared.worker.celery_app import CelerySender, create_celery

BATCH = Batch(source="events", epoch=UUID(int=1), previous=4, upto=7, messages=())


def test_a_batch_is_one_task_on_the_queue_of_its_subscriber(broker: str):
    app = create_celery(broker)
    CelerySender(app)("notifications", BATCH)
    with app.connection_for_read() as connection, connection.SimpleQueue("notifications") as waiting:
        assert waiting.qsize() == 1
        task = waiting.get(timeout=5)
        task.ack()
    assert task.headers["task"] == "notifications.receive"
    assert Batch.model_validate_json(task.payload[0][0]) == BATCH
    app.close()
