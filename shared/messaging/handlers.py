"""What a service does with the messages it hears, by their kind."""

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from shared.messaging.envelope import Envelope
from shared.messaging.subscription import Subscription
from shared.telemetry import continued_trace, message_id

log = logging.getLogger(__name__)


class Handlers:
    """A service's table of what it hears, ready to be looked up."""

    def __init__(self, subscriptions: Sequence[Subscription]) -> None:
        self._by_kind = {subscription.message.kind: subscription for subscription in subscriptions}

    def run(self, session: Session, envelope: Envelope, now: datetime) -> None:
        """Call the handler of one message; whatever it raises is the caller's to judge. An unknown kind is dropped."""
        subscription = self._by_kind.get(envelope.type)
        if subscription is None:
            log.warning("nobody here hears this kind", extra={"kind": envelope.type})
            return
        token = message_id.set(str(envelope.id))
        try:
            with continued_trace(envelope.traceparent, envelope.type):
                subscription.handle(session, subscription.message.model_validate(envelope.data), now)
        finally:
            message_id.reset(token)
