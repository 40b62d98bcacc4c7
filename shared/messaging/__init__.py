"""How services tell each other things: a log in the publisher's database, a cursor in each subscriber's.

`publish` writes to the log in the use case's own transaction. The `Relay` numbers the log and sends what is new as
Celery tasks. The `Subscriber` applies it: in order, once, complete, whatever the broker loses, repeats or reorders.
"""

from shared.messaging.envelope import Batch
from shared.messaging.handlers import Handlers
from shared.messaging.http_source import HttpSource
from shared.messaging.log import LogPage, LogReader, Republish, publish, publish_all
from shared.messaging.relay import Relay
from shared.messaging.subscriber import Subscriber
from shared.messaging.subscription import Subscription, on

__all__ = [
    "Batch",
    "Handlers",
    "HttpSource",
    "LogPage",
    "LogReader",
    "Relay",
    "Republish",
    "Subscriber",
    "Subscription",
    "on",
    "publish",
    "publish_all",
]
