"""Two services that hear each other, on real databases, with a broker that does what it is told.

alpha and beta each publish and hear; what is `Said` reaches both, what is `Whispered` just one, what is `Muttered` nobody.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from uuid import UUID, uuid4

from sqlalchemy import bindparam, create_engine, insert, text
from sqlalchemy.orm import Session

from shared.contracts.message import Message
from shared.contracts.routes import Routes
from shared.db import Base, Sessions, connect, session_factory
from shared.errors import TryAgain
from shared.messaging import Batch, LogPage, LogReader, Relay, Subscriber, Subscription, on, publish
from shared.messaging.log import start_log, trim_log
from shared.messaging.relay import BrokerAwayError
from shared.messaging.tables import OutboxRow
from shared.testing.databases import Databases

BEGINNING = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
EFFECTS = """CREATE TABLE effects (seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                                   subscriber text, source text, n bigint)"""
LOG_TABLES = ("outbox", "log_state", "relay_progress")
TABLES = (*LOG_TABLES, "cursors", "parked", "effects", "idempotency_keys")


class Numbered(Message):
    subject_field: ClassVar[str] = "id"
    id: UUID
    n: int


def kind(name: str) -> type[Numbered]:
    return type(name, (Numbered,), {"kind": name, "__annotations__": {"kind": ClassVar[str]}, "__module__": __name__})


SAID = {source: kind(f"{source}.said.v1") for source in ("alpha", "beta")}
WHISPERED = {source: kind(f"{source}.whispered.v1") for source in ("alpha", "beta")}
MUTTERED = {source: kind(f"{source}.muttered.v1") for source in ("alpha", "beta")}
SOURCES = ("alpha", "beta")
# The same two services hear: gamma is the ears of alpha, delta those of beta, so that names tell what is meant.
SUBSCRIBERS = ("gamma", "delta")
ROUTES: Routes = {
    **{SAID[source]: ("delta", "gamma") for source in SOURCES},
    **{WHISPERED[source]: ("gamma",) for source in SOURCES},
    **{MUTTERED[source]: () for source in SOURCES},
}


class Crash(BaseException):
    """The process is gone, in the middle of whatever it did."""


class Clock:
    def __init__(self) -> None:
        self.at = BEGINNING

    def __call__(self) -> datetime:
        return self.at

    def go_on(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class Broker:
    """Queues that can lose, repeat and reorder; what lies in them has been through JSON."""

    def __init__(self) -> None:
        self.queues: dict[str, list[str]] = defaultdict(list)
        self.away = False

    def send(self, subscriber: str, batch: Batch) -> None:
        if self.away:
            raise BrokerAwayError("away")
        self.queues[subscriber].append(batch.model_dump_json())

    def take(self, subscriber: str, index: int = 0, *, keep: bool = False) -> Batch:
        queue = self.queues[subscriber]
        taken = queue[index] if keep else queue.pop(index)
        return Batch.model_validate_json(taken)


def make_tables(url: str) -> None:
    engine = create_engine(url)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.execute(text(EFFECTS))
        start_log(session)
        session.commit()
    engine.dispose()


class Logs:
    """The logs of a world as its subscribers reach them."""

    def __init__(self, world: "World", subscriber: str) -> None:
        self._world = world
        self._subscriber = subscriber

    def page(self, source: str, after: int) -> LogPage:
        world = self._world
        if source in world.away:
            raise TryAgain
        with world.sessions[source]() as session:
            page = world.logs[source].page(session, self._subscriber, after, world.page_size)
        if world.during_page:
            world.during_page.pop()()
        return LogPage.model_validate_json(page.model_dump_json())

    def renew(self, source: str, epoch: UUID) -> None:
        world = self._world
        world.before_renewal(source)
        with world.sessions[source].begin() as session:
            world.logs[source].renew(session, epoch, now=world.clock())


class World:
    """Two databases: one with alpha's log and gamma's cursors, one with beta's and delta's."""

    def __init__(self, databases: Databases) -> None:
        self.urls = {name: databases.empty(name, make_tables) for name in SOURCES}
        self.engines = {source: connect(url, pool_size=20) for source, url in self.urls.items()}
        self.sessions: dict[str, Sessions] = {name: session_factory(engine) for name, engine in self.engines.items()}
        self.sessions["gamma"], self.sessions["delta"] = self.sessions["alpha"], self.sessions["beta"]
        self.clear()

    def clear(self) -> None:
        """As on the first day."""
        self.clock = Clock()
        self.broker = Broker()
        self.away: set[str] = set()
        self.page_size = 1000
        self.during_page: list[Callable[[], None]] = []
        self.before_renewal: Callable[[str], object] = lambda _: None
        self.retold: dict[str, int] = {}
        # What the handlers do with a number, by subscriber: errors still to be raised, or one that is raised always.
        self.failing: dict[tuple[str, int], list[BaseException]] = {}
        self.poison: set[tuple[str, int]] = set()
        self.crash_in: dict[str, int | None] = defaultdict(lambda: None)
        self.calls: dict[tuple[str, int], int] = defaultdict(int)
        self.numbers = iter(range(1, 1_000_000))
        self.logs = {source: LogReader(source, ROUTES, self._republish_of(source)) for source in SOURCES}
        for source in SOURCES:
            with self.sessions[source].begin() as session:
                for table in TABLES:
                    session.execute(text(f"DELETE FROM {table}"))
                start_log(session)

    def close(self) -> None:
        for engine in self.engines.values():
            engine.dispose()

    def relay(self, source: str) -> Relay:
        return Relay(self.logs[source], self.engines[source], self.broker.send, self.clock)

    def step(self, source: str, relay: Relay | None = None) -> bool:
        """One step of a relay that has just started."""
        with Session(self.engines[source], expire_on_commit=False) as session:
            return (relay or self.relay(source)).step(session)

    def number(self, source: str) -> int:
        with self.sessions[source].begin() as session:
            return len(self.logs[source].number(session, 1000, now=self.clock()).given)

    def publish(self, source: str, kinds: dict[str, type[Numbered]] = SAID, session: Session | None = None) -> int:
        """Publish one message, in a transaction of its own when none is given; its number."""
        n = next(self.numbers)
        message = kinds[source](id=uuid4(), n=n)
        if session is not None:
            publish(session, message, now=self.clock())
        else:
            with self.sessions[source].begin() as own:
                publish(own, message, now=self.clock())
        return n

    def subscriber(self, name: str, subscriptions: Iterable[Subscription] | None = None) -> Subscriber:
        """One process that hears; a second with the same name is a second process."""
        kinds = [message for message, heard_by in ROUTES.items() if name in heard_by]
        rows = list(subscriptions) if subscriptions else [on(message, self._handler(name)) for message in kinds]
        return Subscriber(name, self.sessions[name], rows, Logs(self, name), self.clock)

    def trim(self, source: str, older_than: datetime) -> int:
        with self.sessions[source].begin() as session:
            return trim_log(session, older_than=older_than)

    def query(self, where: str, statement: str) -> list[tuple]:
        with self.sessions[where]() as session:
            return [tuple(row) for row in session.execute(text(statement))]

    def log(self, source: str) -> dict[int, int]:
        """The log as it stands: number by position."""
        statement = "SELECT position, (data->>'n')::bigint FROM outbox WHERE position IS NOT NULL ORDER BY position"
        return dict(self.query(source, statement))

    def heard(self, subscriber: str, source: str) -> list[int]:
        """What a subscriber applied of a source, in the order in which it did."""
        found = self.query(subscriber, f"SELECT n FROM effects WHERE source = '{source}' ORDER BY seq")
        return [n for (n,) in found]

    def cursor(self, subscriber: str, source: str) -> tuple[UUID | None, int, int]:
        found = self.query(subscriber, f"SELECT epoch, position, tries FROM cursors WHERE source = '{source}'")
        return found[0] if found else (None, 0, 0)

    def state(self, source: str) -> tuple[UUID, int, int, dict[str, int]]:
        return self.query(source, "SELECT epoch, epoch_start, head, former FROM log_state")[0]

    def parked(self, subscriber: str) -> set[int]:
        return {n for (n,) in self.query(subscriber, "SELECT (envelope->'data'->>'n')::bigint FROM parked")}

    def dump(self, source: str) -> dict[str, list[dict]]:
        """A backup of a log; a real one is tried in test_restore.py."""
        with self.sessions[source]() as session:
            return {
                t: [dict(row) for row in session.execute(text(f"SELECT * FROM {t}")).mappings()] for t in LOG_TABLES
            }

    def restore(self, source: str, dump: dict[str, list[dict]], home: str | None) -> None:
        """Put a backup back; `home` is where the log then says it lay, which is not here."""
        with self.sessions[source].begin() as session:
            for table, rows in dump.items():
                session.execute(text(f"DELETE FROM {table}"))
                if rows:
                    # Python's side of the identity column must not get in the way of the old values.
                    insertion = insert(Base.metadata.tables[table])
                    if table == OutboxRow.__tablename__:
                        columns = ", ".join(rows[0])
                        values = ", ".join(f":{column}" for column in rows[0])
                        old = text(f"INSERT INTO outbox ({columns}) OVERRIDING SYSTEM VALUE VALUES ({values})")
                        kinds = OutboxRow.__table__.c
                        insertion = old.bindparams(*(bindparam(name, type_=kinds[name].type) for name in rows[0]))
                    session.execute(insertion, rows)
            if home is not None:
                session.execute(text("UPDATE log_state SET home = :home WHERE home IS NOT NULL"), {"home": home})

    @contextmanager
    def transaction(self, source: str) -> Iterator[Session]:
        with self.sessions[source].begin() as session:
            yield session

    def _handler(self, subscriber: str) -> Callable[[Session, Numbered, datetime], None]:
        def handle(session: Session, message: Numbered, now: datetime) -> None:
            key = (subscriber, message.n)
            self.calls[key] += 1
            self._perhaps_crash(subscriber)
            source = message.kind.partition(".")[0]
            parameters = {"subscriber": subscriber, "source": source, "n": message.n}
            session.execute(
                text("INSERT INTO effects (subscriber, source, n) VALUES (:subscriber, :source, :n)"), parameters
            )
            if self.failing.get(key):
                raise self.failing[key].pop()
            if key in self.poison:
                raise ValueError("never")

        return handle

    def _perhaps_crash(self, subscriber: str) -> None:
        left = self.crash_in[subscriber]
        if left is not None:
            self.crash_in[subscriber] = left - 1
            if left <= 1:
                raise Crash

    def _republish_of(self, source: str) -> Callable[[Session, datetime], None]:
        def republish(session: Session, now: datetime) -> None:
            self.retold[source] = self.publish(source, session=session)

        return republish
