"""The relay: numbers what was committed and sends it on. One leads per service; the others wait for its place."""

import logging
import threading
import zlib
from collections.abc import Callable

from prometheus_client import Counter, Gauge
from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from shared.contracts.routes import ROUTES, Routes, subscribers_of
from shared.messaging.envelope import Batch
from shared.messaging.log import DOORBELL, LogReader, number
from shared.messaging.tables import Progress

TICK_SECONDS = 1.0
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

    def __init__(self, service: str, engine: Engine, send: Send, routes: Routes = ROUTES) -> None:
        self.service = service
        self._engine = engine
        self._send = send
        self._subscribers = subscribers_of(service, routes)
        self._reader = LogReader(service, routes)
        # Up to here the log holds nothing new for a subscriber; kept so that it is not read again and again.
        self._scanned: dict[str, int] = {}

    def run(self, stop: threading.Event) -> None:
        """Lead whenever nobody else does, until told to stop; a lost database is waited for."""
        while not stop.is_set():
            try:
                with self._engine.connect() as connection:
                    if self._lead(connection):
                        self._carry(connection, stop)
            except SQLAlchemyError as error:
                log.warning("relay lost its database", extra={"source": self.service, "cause": type(error).__name__})
            stop.wait(TICK_SECONDS)

    def step(self, session: Session) -> bool:
        """Number, commit, send. True when more may be waiting; raises BrokerAwayError."""
        state, numbered = number(session, NUMBER_AT_ONCE)
        head = state.head
        session.commit()
        HEAD.labels(self.service).set(head)
        sent = [self._send_to(session, subscriber, head) for subscriber in self._subscribers]
        return numbered == NUMBER_AT_ONCE or any(sent)

    def _send_to(self, session: Session, subscriber: str, head: int) -> bool:
        sent_to = session.scalar(select(Progress.sent_to).where(Progress.subscriber == subscriber)) or 0
        scanned = max(sent_to, self._scanned.get(subscriber, 0))
        if scanned > head:  # The database was restored to an earlier day under our feet.
            scanned = sent_to = min(sent_to, head)
        if scanned == head:
            session.commit()
            return False
        batch = self._reader.page(session, subscriber, after=scanned, limit=BATCH).batch
        session.commit()
        if batch.messages:
            self._send(subscriber, batch.model_copy(update={"previous": sent_to}))
            SENT.labels(self.service, subscriber).inc(len(batch.messages))
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
        connection.execute(text(f"LISTEN {DOORBELL}"))
        with Session(bind=connection, expire_on_commit=False) as session:
            while not stop.is_set():
                if not self._step_or_wait(session, stop):
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
        driver = connection.connection.driver_connection
        if driver is not None:
            for _ in driver.notifies(timeout=TICK_SECONDS, stop_after=1):
                pass
