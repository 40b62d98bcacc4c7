"""Celery, set up for what it is used for here: ringing bells and carrying batches. Nothing in it is worth keeping."""

from typing import Any

from celery import Celery
from kombu.exceptions import OperationalError as BrokerError

from shared.messaging import Batch
from shared.messaging.relay import BrokerAwayError

TASK_SECONDS_AT_MOST = 300

# Redis: notice a dead connection soon, never redeliver what is still being worked on.
REDIS_OPTIONS: dict[str, Any] = {
    "visibility_timeout": 4 * TASK_SECONDS_AT_MOST,
    "socket_timeout": 15,
    "socket_connect_timeout": 3,
    "socket_keepalive": True,
    "health_check_interval": 10,
    "retry_on_timeout": True,
}


def create_celery(broker_url: str) -> Celery:
    """A Celery app without a result backend; docs/decisions/ says why each setting is what it is."""
    app = Celery("afterhours", broker=broker_url)
    redis = broker_url.startswith(("redis", "rediss"))
    app.conf.update(
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_ignore_result=True,
        task_store_errors_even_if_ignored=False,
        worker_prefetch_multiplier=1,
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_connection_timeout=3,
        broker_transport_options=REDIS_OPTIONS if redis else {"confirm_publish": True},
        task_create_missing_queue_type=None if redis else "quorum",
        worker_detect_quorum_queues=not redis,
        task_serializer="json",
        accept_content=["json"],
        timezone="UTC",
    )
    return app


class CelerySender:
    """Puts a batch on a subscriber's queue. One that the broker does not take is given up within seconds."""

    def __init__(self, app: Celery) -> None:
        self._app = app

    def __call__(self, subscriber: str, batch: Batch) -> None:
        """Send; raises BrokerAwayError."""
        try:
            self._app.send_task(f"{subscriber}.receive", args=[batch.model_dump_json()], queue=subscriber, retry=False)
        except (BrokerError, OSError) as error:
            raise BrokerAwayError(type(error).__name__) from error
