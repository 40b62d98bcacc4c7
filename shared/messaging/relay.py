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
from shared.messaging.bell import DOORBELL
from shared.messaging.envelope import Batch
from shared.messaging.log import LogReader
from shared.messaging.tables import Progress

TICK_SECONDS = 1.0
# A message by itself is sent at once. Those that come so soon after it go together, which costs far less.
GATHER_SECONDS = 0.01
BATCH = 200
NUMBER_AT_ONCE = 2000

Send = Callable[[str, Batch], None]

log = logging.getLogger(__name__)
SENT = Counter("messages_sent_total", "Messages given to the broker", ["source", "subscriber"])
HEAD = Gauge("log_head", "The last position given in a service's log", ["source"])


class BrokerAwayError(Exception):
    """The broker did not take a batch. Nothing is lost: the log keeps it, and so do the subscribers' cursors."""


class Relay:
    """Carries one service's log to the queues of its subscribers."""

    def __init__(self, reader: LogReader, engine: Engine, send: Send, clock: Clock) -> None:
        self.service = reader.service
        self._reader = reader
        self._engine = engine
        self._send = send
        self._clock = clock
        # Up to here this life of the log holds nothing new for a subscriber; kept so as not to read it again and again.
        self._scanned: dict[str, int] = {}
        self._epoch: UUID | None = None

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
        session.commit()
        HEAD.labels(self.service).set(numbered.head)
        if numbered.epoch != self._epoch:
            self._epoch, self._scanned = numbered.epoch, {}
        sent = [self._send_to(session, subscriber, numbered.head) for subscriber in self._reader.subscribers]
        return numbered.given == NUMBER_AT_ONCE or any(sent)

    def _send_to(self, session: Session, subscriber: str, head: int) -> bool:
        sent_to = session.scalar(select(Progress.sent_to).where(Progress.subscriber == subscriber)) or 0
        scanned = max(sent_to, self._scanned.get(subscriber, 0))
        if scanned >= head:
            session.commit()
            return False
        page = self._reader.page(session, subscriber, after=scanned, limit=BATCH)
        session.commit()
        batch = page.batch
        if batch.messages:
            # What is no longer kept cannot be followed on: whoever has not got it must see that it is missing.
            previous = max(sent_to, page.oldest - 1)
            self._send(subscriber, batch.model_copy(update={"previous": previous}))
            SENT.labels(self.service, subscriber).inc(len(batch.messages))
            # A hint, and not worth waiting for the disk: what it forgets is sent twice and applied once.
            session.execute(text("SET LOCAL synchronous_commit = off"))
            session.execute(
                upsert(Progress)
                .values(subscriber=subscriber, sent_to=batch.upto)
                .on_conflict_do_update(index_elements=["subscriber"], set_={"sent_to": batch.upto})
            )
            session.commit()
        self._scanned[subscriber] = batch.upto
        return batch.upto < head

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
