"""The receiving side: applies what others published, in order, once and completely.

The cursor moves in the transaction of the handlers it moves past. So whatever reaches this class twice, late, out of
order or never, the cursor knows what has been applied, and `catch_up` fetches what has not.
"""

import logging
import threading
from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Protocol
from uuid import UUID

from prometheus_client import Counter, Gauge
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from shared.clock import Clock
from shared.contracts.routes import source_of
from shared.db import Sessions
from shared.messaging.envelope import Batch, Envelope
from shared.messaging.log import LogPage
from shared.messaging.subscription import Subscription
from shared.messaging.tables import Cursor, Parked
from shared.telemetry import continued_trace, message_id

TRIES = 5
WAITING_AT_MOST = 16
FIRST_PAUSE = timedelta(seconds=1)

log = logging.getLogger(__name__)
APPLIED = Counter("messages_applied_total", "Messages whose handlers ran", ["subscriber", "source"])
PARKED = Counter("messages_parked_total", "Messages put aside for an operator", ["subscriber", "source"])
POSITION = Gauge("cursor_position", "How far a subscriber has applied a log", ["subscriber", "source"])


class Source(Protocol):
    """How a subscriber reaches the logs of others."""

    def page(self, source: str, after: int) -> LogPage:
        """What came after a position."""

    def renew(self, source: str, epoch: UUID) -> None:
        """Ask a source to begin a new life of its log and tell its whole state again."""


class Outcome(Enum):
    """What became of a batch."""

    APPLIED = auto()
    BEHIND = auto()  # something before it is missing, or it belongs to another life of the log
    PAUSED = auto()  # a message before or in it is failing, and will be tried again later


class Lane:
    """The batches of one source that reached this process, applied by one thread at a time.

    Threads that bring a batch while another applies leave it here instead of queueing for the cursor's row: the order
    of arrival is kept and no thread waits. What is lost with the process, the cursor will find missing.
    """

    def __init__(self) -> None:
        self.busy = threading.Lock()
        self.waiting: deque[Batch] = deque()


class Subscriber:
    """What one service hears, from all its sources."""

    def __init__(
        self,
        service: str,
        sessions: Sessions,
        subscriptions: Sequence[Subscription],
        source: Source,
        clock: Clock,
    ) -> None:
        self.service = service
        self.sources = tuple(sorted({source_of(s.message.kind) for s in subscriptions}))
        self._sessions = sessions
        self._subscriptions = {s.message.kind: s for s in subscriptions}
        self._source = source
        self._clock = clock
        self._lanes = {source: Lane() for source in self.sources}
        self.behind: set[str] = set()

    def receive(self, batch: Batch) -> None:
        """Apply a batch that the broker brought; if something before it is missing, fetch that first.

        While another thread applies batches of the same source, this leaves the batch to that thread.
        """
        lane = self._lanes[batch.source]
        lane.waiting.append(batch)
        while lane.waiting and lane.busy.acquire(blocking=len(lane.waiting) > WAITING_AT_MOST):
            try:
                while lane.waiting:
                    self._take(lane.waiting.popleft())
            finally:
                lane.busy.release()

    def catch_up(self, source: str) -> None:
        """Ask the source for what is missing, and apply it. Cheap when nothing is."""
        busy = self._lanes[source].busy
        if not busy.acquire(blocking=False):
            return
        try:
            self._fetch_missing(source)
        finally:
            busy.release()

    def retries_due(self) -> list[str]:
        """The sources whose failing message should be tried again now."""
        with self._sessions() as session:
            due = select(Cursor.source).where(Cursor.retry_at <= self._clock())
            return list(session.scalars(due))

    def replay(self, parked: Parked, session: Session) -> None:
        """Run the handler of a parked message again, in the caller's transaction."""
        self._handle(session, Envelope.model_validate(parked.envelope))
        session.delete(parked)

    def _take(self, batch: Batch) -> None:
        try:
            if self._apply(batch) is Outcome.BEHIND:
                self._fetch_missing(batch.source)
        except Exception:
            self.behind.add(batch.source)  # Whoever watches the sources tries again within a second.
            raise

    def _fetch_missing(self, source: str) -> None:
        while self._apply_next_page(source):
            pass
        self.behind.discard(source)

    def _apply_next_page(self, source: str) -> bool:
        with self._sessions.begin() as session:
            cursor = _locked_cursor(session, source)
            epoch, position = cursor.epoch, cursor.position
        page = self._source.page(source, position)
        if page.epoch != epoch:
            self._adopt(source, epoch, page)
            return True
        if page.head < position or page.oldest > position + 1:
            # It was restored to an earlier day, or what we need is no longer kept: only its whole state helps.
            log.warning("asking a source to tell its state again", extra={"source": source, "cursor": position})
            self._source.renew(source, page.epoch)
            return True
        if page.batch.upto <= position:
            return False
        return self._apply(page.batch) is Outcome.APPLIED

    def _adopt(self, source: str, seen: UUID | None, page: LogPage) -> None:
        """Follow a new life of the log, from where it and what was applied are still the same."""
        with self._sessions.begin() as session:
            cursor = _locked_cursor(session, source)
            if cursor.epoch != seen:
                return
            lost = seen is None or cursor.position + 1 < page.oldest
            cursor.position = page.epoch_start if lost else min(cursor.position, page.epoch_start)
            cursor.epoch = page.epoch
            cursor.tries, cursor.retry_at = 0, None

    def _apply(self, batch: Batch) -> Outcome:
        try:
            return self._apply_together(batch)
        except (OperationalError, InterfaceError):
            raise  # The database is away or a lock timed out: no fault of the message, and the next check tries again.
        except Exception as error:  # noqa: BLE001  # A handler may raise anything, and none may stop the log.
            log.info("a batch failed; applying it one by one", extra={"cause": type(error).__name__})
            return self._apply_one_by_one(batch)

    def _apply_together(self, batch: Batch) -> Outcome:
        with self._sessions.begin() as session:
            cursor = _locked_cursor(session, batch.source)
            if cursor.epoch != batch.epoch or cursor.position < batch.previous:
                return Outcome.BEHIND
            if cursor.retry_at is not None and self._clock() < cursor.retry_at:
                return Outcome.PAUSED
            fresh = [message for message in batch.messages if message.position > cursor.position]
            for message in fresh:
                self._handle(session, message)
            _move(cursor, batch.upto)
        self._count(batch.source, batch.upto, len(fresh))
        return Outcome.APPLIED

    def _apply_one_by_one(self, batch: Batch) -> Outcome:
        for message in batch.messages:
            if not self._apply_alone(batch, message):
                return Outcome.PAUSED
        with self._sessions.begin() as session:
            _move(_locked_cursor(session, batch.source), batch.upto)
        return Outcome.APPLIED

    def _apply_alone(self, batch: Batch, message: Envelope) -> bool:
        """One message in a transaction of its own. False when it failed and will be tried again."""
        try:
            with self._sessions.begin() as session:
                cursor = _locked_cursor(session, batch.source)
                if cursor.epoch != batch.epoch:
                    return False
                if cursor.position < message.position:
                    self._handle(session, message)
                    _move(cursor, message.position)
                    self._count(batch.source, message.position, 1)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            log.exception("a handler failed", extra={"kind": message.type, "message_id": str(message.id)})
            return self._failed(batch, message, error)
        return True

    def _failed(self, batch: Batch, message: Envelope, error: Exception) -> bool:
        """Count the failure; after the last try put the message aside. True when the log may go on."""
        with self._sessions.begin() as session:
            cursor = _locked_cursor(session, batch.source)
            if cursor.epoch != batch.epoch or cursor.position >= message.position:
                return cursor.epoch == batch.epoch
            cursor.tries += 1
            if cursor.tries < TRIES:
                cursor.retry_at = self._clock() + FIRST_PAUSE * 2 ** (cursor.tries - 1)
                return False
            session.add(_parked(batch.source, message, error, self._clock()))
            _move(cursor, message.position)
        PARKED.labels(self.service, batch.source).inc()
        log.error("a message was parked", extra={"kind": message.type, "message_id": str(message.id)})
        return True

    def _handle(self, session: Session, envelope: Envelope) -> None:
        subscription = self._subscriptions.get(envelope.type)
        if subscription is None:
            log.warning("nobody here hears this kind", extra={"kind": envelope.type})
            return
        token = message_id.set(str(envelope.id))
        try:
            with continued_trace(envelope.traceparent, envelope.type):
                message = subscription.message.model_validate(envelope.data)
                subscription.handle(session, message, self._clock())
        finally:
            message_id.reset(token)

    def _count(self, source: str, position: int, applied: int) -> None:
        APPLIED.labels(self.service, source).inc(applied)
        POSITION.labels(self.service, source).set(position)


def _locked_cursor(session: Session, source: str) -> Cursor:
    """The cursor row, locked; two receivers of one log take turns here."""
    locked = select(Cursor).where(Cursor.source == source).with_for_update()
    cursor = session.scalar(locked)
    if cursor is None:
        session.execute(upsert(Cursor).values(source=source, position=0, tries=0).on_conflict_do_nothing())
        cursor = session.scalars(locked).one()
    return cursor


def _move(cursor: Cursor, position: int) -> None:
    cursor.position = max(cursor.position, position)
    cursor.tries, cursor.retry_at = 0, None


def _parked(source: str, message: Envelope, error: Exception, now: datetime) -> Parked:
    # Only the error's class is kept: its words may hold what people wrote.
    return Parked(
        id=message.id,
        source=source,
        position=message.position,
        envelope=message.model_dump(mode="json"),
        error=type(error).__name__,
        parked_at=now,
    )
