"""The receiving side: applies what others published, in order, once and completely.

The cursor moves in the transaction of the handlers it moves past. So whatever reaches this class twice, late, out of
order or never, the cursor knows what has been applied, and `catch_up` fetches what has not.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Protocol
from uuid import UUID

from prometheus_client import Counter, Gauge
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from shared.clock import Clock
from shared.contracts.routes import source_of
from shared.db import Sessions
from shared.messaging.envelope import Batch, Envelope
from shared.messaging.failures import is_passing
from shared.messaging.handlers import Handlers
from shared.messaging.lane import Lane
from shared.messaging.lives import follow
from shared.messaging.log import LogPage
from shared.messaging.subscription import Subscription
from shared.messaging.tables import Cursor, Parked

TRIES = 5
FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(seconds=8)  # the last of four, each twice the one before

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
        self._handlers = Handlers(subscriptions)
        self._source = source
        self._clock = clock
        self._lanes = {source: Lane(self._take) for source in self.sources}
        self._behind: set[str] = set()

    def receive(self, batch: Batch) -> None:
        """Apply a batch that the broker brought; if something before it is missing, fetch that first.

        While another thread applies batches of the same source, this leaves the batch to that thread.
        """
        lane = self._lanes.get(batch.source)
        if lane is None:
            log.warning("nobody here hears this source", extra={"source": batch.source})
            return
        lane.bring(batch)

    def catch_up(self, source: str) -> None:
        """Ask the source for what is missing, and apply it. Cheap when nothing is."""
        self._lanes[source].alone(lambda: self._fetch_missing(source))

    def is_behind(self, source: str) -> bool:
        """Whether to try again now: something could not be fetched, or the pause of a failing message is over."""
        if source in self._behind:
            return True
        with self._sessions() as session:
            retry_at = session.scalar(select(Cursor.retry_at).where(Cursor.source == source))
            return retry_at is not None and not self._pauses(retry_at)

    def _take(self, batch: Batch) -> None:
        try:
            outcome = self._apply(batch)
        except Exception:
            self._behind.add(batch.source)  # Whoever watches the source tries again within a second.
            raise
        if outcome is Outcome.BEHIND:
            self._fetch_missing(batch.source)

    def _fetch_missing(self, source: str) -> None:
        self._behind.add(source)
        while self._apply_next_page(source):
            pass
        self._behind.discard(source)

    def _apply_next_page(self, source: str) -> bool:
        """True when there may be more."""
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
        outcome = self._apply(page.batch)
        # What is published from here on comes by the broker. To go on asking for it would take a request a message.
        return outcome is Outcome.BEHIND or (outcome is Outcome.APPLIED and page.batch.upto < page.head)

    def _adopt(self, source: str, seen: UUID | None, page: LogPage) -> None:
        """Follow another life of the log, from where it and what was applied are still the same."""
        with self._sessions.begin() as session:
            cursor = _locked_cursor(session, source)
            if cursor.epoch != seen:
                return
            follow(cursor, page)
            cursor.tries, cursor.retry_at = 0, None

    def _apply(self, batch: Batch) -> Outcome:
        try:
            return self._apply_together(batch)
        except Exception as error:
            if is_passing(error):
                raise
            log.info("a batch failed; applying it one by one", extra={"cause": type(error).__name__})
        return self._apply_one_by_one(batch)

    def _apply_together(self, batch: Batch) -> Outcome:
        with self._sessions.begin() as session:
            cursor = _locked_cursor(session, batch.source)
            if (hindrance := self._hindrance(cursor, batch)) is not None:
                return hindrance
            fresh = [message for message in batch.messages if message.position > cursor.position]
            for message in fresh:
                self._handlers.run(session, message, self._clock())
            _move(cursor, batch.upto)
        self._count(batch.source, batch.upto, len(fresh))
        return Outcome.APPLIED

    def _apply_one_by_one(self, batch: Batch) -> Outcome:
        for message in batch.messages:
            outcome = self._apply_alone(batch, message)
            if outcome is not Outcome.APPLIED:
                return outcome
        with self._sessions.begin() as session:
            cursor = _locked_cursor(session, batch.source)
            if cursor.epoch != batch.epoch:
                return Outcome.BEHIND
            _move(cursor, batch.upto)
        return Outcome.APPLIED

    def _apply_alone(self, batch: Batch, message: Envelope) -> Outcome:
        """One message in a transaction of its own; it counts as applied when it was parked."""
        try:
            with self._sessions.begin() as session:
                cursor = _locked_cursor(session, batch.source)
                if (hindrance := self._hindrance(cursor, batch)) is not None:
                    return hindrance
                if cursor.position >= message.position:
                    return Outcome.APPLIED
                self._handlers.run(session, message, self._clock())
                _move(cursor, message.position)
        except Exception as error:
            if is_passing(error):
                raise
            log.exception("a handler failed", extra={"kind": message.type, "message_id": str(message.id)})
            return self._failed(batch, message, error)
        self._count(batch.source, message.position, 1)
        return Outcome.APPLIED

    def _failed(self, batch: Batch, message: Envelope, error: Exception) -> Outcome:
        """Count the failure; after the last try put the message aside."""
        with self._sessions.begin() as session:
            cursor = _locked_cursor(session, batch.source)
            if cursor.epoch != batch.epoch:
                return Outcome.BEHIND
            if cursor.position >= message.position:
                return Outcome.APPLIED
            cursor.tries += 1
            if cursor.tries < TRIES:
                cursor.retry_at = self._clock() + FIRST_PAUSE * 2 ** (cursor.tries - 1)
                return Outcome.PAUSED
            session.merge(_parked(batch.source, message, error, self._clock()))
            _move(cursor, message.position)
        PARKED.labels(self.service, batch.source).inc()
        log.error("a message was parked", extra={"kind": message.type, "message_id": str(message.id)})
        return Outcome.APPLIED

    def _hindrance(self, cursor: Cursor, batch: Batch) -> Outcome | None:
        """Why a batch cannot be applied now; None when nothing is in its way."""
        if cursor.epoch != batch.epoch or cursor.position < batch.previous:
            return Outcome.BEHIND
        if cursor.retry_at is not None and self._pauses(cursor.retry_at):
            return Outcome.PAUSED
        return None

    def _pauses(self, retry_at: datetime) -> bool:
        """Whether a failing message is left alone. A time further off than any pause was set by another clock."""
        return timedelta(0) < retry_at - self._clock() <= LONGEST_PAUSE

    def _count(self, source: str, position: int, applied: int) -> None:
        APPLIED.labels(self.service, source).inc(applied)
        POSITION.labels(self.service, source).set(position)


def _locked_cursor(session: Session, source: str) -> Cursor:
    """The cursor row, locked and as it is now; two receivers of one log take turns here."""
    locked = select(Cursor).where(Cursor.source == source).with_for_update().execution_options(populate_existing=True)
    cursor = session.scalar(locked)
    if cursor is None:
        session.execute(upsert(Cursor).values(source=source, position=0, tries=0).on_conflict_do_nothing())
        cursor = session.scalars(locked).one()
    return cursor


def _move(cursor: Cursor, position: int) -> None:
    # A batch that moves nothing says nothing about the message that is failing.
    if position > cursor.position:
        cursor.position = position
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
