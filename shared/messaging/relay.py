"""The relay: numbers what was committed and sends it on. One leads per service; the others wait for its place."""

import logging
import threading
import zlib
from collections.abc import Callable
from typing import cast
from uuid import UUID

import psycopg
from prometheus_client import Counter, Gauge
from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from shared.clock import Clock
from shared.db import Base
from shared.messaging.bell import DOORBELL
from shared.messaging.envelope import Batch
from shared.messaging.log import LogReader, Numbered
from shared.messaging.tables import Progress

TICK_SECONDS = 1.0
# A message by itself is sent at once. Those that come so soon after it go together, which costs far less.
GATHER_SECONDS = 0.02
BATCH = 200
NUMBER_AT_ONCE = 2000

Send = Callable[[str, Batch], None]

log = logging.getLogger(__name__)
SENT = Counter("messages_sent_total", "Messages given to the broker", ["source", "subscriber"])
HEAD = Gauge("log_head", "The last position given in a service's log", ["source"])


_WRITE = upsert(Base.metadata.tables[Progress.__tablename__])
KEEP = _WRITE.on_conflict_do_update(index_elements=["subscriber"], set_={"sent_to": _WRITE.excluded.sent_to})


class BrokerAwayError(Exception):
    """The broker did not take a batch. Nothing is lost: the log keeps it, and so do the subscribers' cursors."""


class Reached:
    """How far a subscriber's part of the log was `read`, was `sent`, and was written down as sent (`kept`)."""

    def __init__(self, kept: int) -> None:
        self.read = self.sent = self.kept = kept


class Relay:
    """Carries one service's log to the queues of its subscribers."""

    def __init__(self, reader: LogReader, engine: Engine, send: Send, clock: Clock) -> None:
        self.service = reader.service
        self._reader = reader
        self._engine = engine
        self._send = send
        self._clock = clock
        # Known for the life of the log in which this relay leads.
        self._epoch: UUID | None = None
        self._reached: dict[str, Reached] = {}

    def run(self, stop: threading.Event) -> None:
        """Lead whenever nobody else does, until told to stop; whatever goes wrong is tried again."""
        while not stop.is_set():
            try:
                with self._engine.connect() as connection:
                    if self._lead(connection):
                        self._carry(connection, stop)
            except (SQLAlchemyError, psycopg.Error) as error:
                log.warning("relay lost its database", extra={"source": self.service, "cause": type(error).__name__})
            except Exception:
                log.exception("relay failed", extra={"source": self.service})
            stop.wait(TICK_SECONDS)

    def step(self, session: Session) -> bool:
        """Number, commit, send. True when more may be waiting; raises BrokerAwayError."""
        numbered = self._reader.number(session, NUMBER_AT_ONCE, now=self._clock())
        if numbered.epoch == self._epoch:
            self._keep_progress(session)
        else:
            self._epoch, self._reached = numbered.epoch, self._kept_progress(session)
        session.commit()
        HEAD.labels(self.service).set(numbered.head)
        behind = [self._send_to(session, subscriber, numbered) for subscriber in self._reader.subscribers]
        return len(numbered.given) == NUMBER_AT_ONCE or any(behind)

    def _send_to(self, session: Session, subscriber: str, numbered: Numbered) -> bool:
        """Send what there is for a subscriber; True when there may be more."""
        reached = self._reached[subscriber]
        if reached.read == numbered.head_before:
            for batch in self._reader.fresh(subscriber, numbered, BATCH):
                self._send_one(subscriber, batch)
        elif reached.read < numbered.head:
            page = self._reader.page(session, subscriber, after=reached.read, limit=BATCH)
            session.commit()
            # What is no longer kept cannot be followed on: whoever has not got it must see that it is missing.
            reached.sent = max(reached.sent, page.oldest - 1)
            self._send_one(subscriber, page.batch)
        return reached.read < numbered.head

    def _send_one(self, subscriber: str, batch: Batch) -> None:
        reached = self._reached[subscriber]
        if batch.messages:
            # It follows on what was sent last: what lies between is not for this subscriber.
            self._send(subscriber, batch.model_copy(update={"previous": reached.sent}))
            SENT.labels(self.service, subscriber).inc(len(batch.messages))
            reached.sent = batch.upto
        reached.read = batch.upto

    def _kept_progress(self, session: Session) -> dict[str, Reached]:
        kept = dict(session.execute(select(Progress.subscriber, Progress.sent_to)).all())
        return {subscriber: Reached(kept.get(subscriber, 0)) for subscriber in self._reader.subscribers}

    def _keep_progress(self, session: Session) -> None:
        """Write down what the last step sent. A hint: what it forgets is sent twice and applied once."""
        moved = {name: reached for name, reached in self._reached.items() if reached.sent != reached.kept}
        if moved:
            session.execute(KEEP, [{"subscriber": name, "sent_to": reached.sent} for name, reached in moved.items()])
        for reached in moved.values():
            reached.kept = reached.sent

    def _lead(self, connection: Connection) -> bool:
        key = zlib.crc32(f"relay:{self.service}".encode())
        leads = bool(connection.scalar(select(func.pg_try_advisory_lock(key))))
        connection.commit()
        return leads

    def _carry(self, connection: Connection, stop: threading.Event) -> None:
        log.info("relay leads", extra={"source": self.service})
        # The lead belongs to this connection: it is closed at the end, and never given back to the pool with the lead.
        connection.detach()
        connection.execute(text(f"LISTEN {DOORBELL}"))
        connection.commit()
        # Another relay may have led since this one did.
        self._epoch = None
        with Session(bind=connection, expire_on_commit=False) as session:
            while not stop.is_set():
                if not self._step_or_wait(session, stop):
                    stop.wait(GATHER_SECONDS)
                    self._listen(connection)

    def _step_or_wait(self, session: Session, stop: threading.Event) -> bool:
        try:
            return self.step(session)
        except BrokerAwayError as error:
            session.rollback()
            log.warning("broker away; messages wait in the log", extra={"source": self.service, "cause": str(error)})
            stop.wait(TICK_SECONDS)
            return False

    def _listen(self, connection: Connection) -> None:
        # Not `driver_connection`: of a connection that left its pool, SQLAlchemy says that there is none.
        driver = cast("psycopg.Connection", connection.connection.dbapi_connection)
        for _ in driver.notifies(timeout=TICK_SECONDS, stop_after=1):
            pass
