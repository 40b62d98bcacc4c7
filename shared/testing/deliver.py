"""Messages delivered by hand: no broker, no threads, no waiting. For journeys through several services."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from shared.clock import Clock
from shared.db import Sessions
from shared.messaging import LogPage, LogReader, Subscriber, Subscription

ALL_AT_ONCE = 100_000


@dataclass(frozen=True)
class Part:
    """A service as a journey sees it: its database, its log, what it hears."""

    sessions: Sessions
    log: LogReader
    subscriptions: Sequence[Subscription] = ()


class LocalSource:
    """The logs of the parts, read from their databases directly."""

    def __init__(self, subscriber: str, parts: Mapping[str, Part], clock: Clock) -> None:
        self._subscriber = subscriber
        self._parts = parts
        self._clock = clock

    def page(self, source: str, after: int) -> LogPage:
        """What came after a position."""
        with self._parts[source].sessions() as session:
            return self._parts[source].log.page(session, self._subscriber, after)

    def renew(self, source: str, epoch: UUID) -> None:
        """Begin a new life of a part's log."""
        with self._parts[source].sessions.begin() as session:
            self._parts[source].log.renew(session, epoch, now=self._clock())


def deliver(parts: Mapping[str, Part], clock: Clock) -> None:
    """Carry every message to everyone who hears it, and what they say to that, until nobody has anything to say."""
    subscribers = {
        name: Subscriber(name, part.sessions, part.subscriptions, LocalSource(name, parts, clock), clock)
        for name, part in parts.items()
    }
    while sum(_number(part, clock) for part in parts.values()):
        for subscriber in subscribers.values():
            for source in subscriber.sources:
                if source in parts:
                    subscriber.catch_up(source)


def _number(part: Part, clock: Clock) -> int:
    with part.sessions.begin() as session:
        return len(part.log.number(session, ALL_AT_ONCE, now=clock()).given)
