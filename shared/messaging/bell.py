"""The doorbell: tells the relay that something was committed, once it was.

A NOTIFY in the transaction itself would need none of this. But of transactions that notify, PostgreSQL lets one commit
at a time, and each waits for the disk meanwhile: with 16 at once, half as many were committed as without.
"""

import logging
import threading
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

DOORBELL = "outbox"
IDLE_SECONDS = 60.0
TRIES = 2
# A ring is worth nothing once it was heard, so it does not wait for the disk.
OPTIONS: Any = {"autocommit": True, "connect_timeout": 5, "options": "-c synchronous_commit=off"}

log = logging.getLogger(__name__)


class Bell:
    """Rings at one database, from a thread of its own: whoever committed does not wait, and many rings become one.

    A ring that is lost costs a second: the relay looks that often by itself. Thread and connection end when nothing was
    rung for a while.
    """

    def __init__(self, engine: Engine) -> None:
        self._address = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._lock = threading.Lock()
        self._wanted = threading.Event()
        self._closed = False
        self._thread: threading.Thread | None = None

    def ring(self) -> None:
        """Ring soon; returns at once."""
        with self._lock:
            self._wanted.set()
            if self._thread is None:
                self._closed = False
                self._thread = threading.Thread(target=self._run, name="bell", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Let thread and connection go; the next ring brings them back."""
        with self._lock:
            thread, self._closed = self._thread, True
            self._wanted.set()
        if thread is not None:
            thread.join()

    def _run(self) -> None:
        connection: psycopg.Connection | None = None
        while self._awaited():
            for _ in range(TRIES):
                try:
                    connection = connection or psycopg.connect(self._address, **OPTIONS)
                    connection.execute(f"NOTIFY {DOORBELL}")
                    break
                except psycopg.Error as error:
                    log.info("the bell did not ring", extra={"cause": type(error).__name__})
                    if connection is not None:
                        connection.close()
                    connection = None
        if connection is not None:
            connection.close()

    def _awaited(self) -> bool:
        """Wait until somebody rings; False when nobody did for a while, or it was closed, and this thread ends."""
        self._wanted.wait(IDLE_SECONDS)
        with self._lock:
            wanted = self._wanted.is_set() and not self._closed
            self._wanted.clear()
            if not wanted:
                self._thread = None
            return wanted


_bells: WeakKeyDictionary[Engine, Bell] = WeakKeyDictionary()
_making = threading.Lock()


def ring_once_committed(session: Session) -> None:
    """Ring when the session's transaction is committed, and not before; not at all when it is rolled back."""
    if "bell" not in session.info:
        event.listen(session, "after_commit", _committed)
        event.listen(session, "after_soft_rollback", _rolled_back)
    session.info["bell"] = True


def _committed(session: Session) -> None:
    # The end of a savepoint also comes here.
    if session.info["bell"] and not session.in_nested_transaction():
        session.info["bell"] = False
        bind = session.get_bind()
        if isinstance(bind, Engine):
            _bell_of(bind).ring()


def _rolled_back(session: Session, _: object) -> None:
    if not session.in_transaction():
        session.info["bell"] = False


def _bell_of(engine: Engine) -> Bell:
    with _making:
        if engine not in _bells:
            bell = _bells[engine] = Bell(engine)
            event.listen(engine, "engine_disposed", lambda _: bell.close())
        return _bells[engine]
