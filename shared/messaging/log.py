"""The log of a service: writing to it inside a use case, reading it back for those who missed something."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import batched
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, Row, bindparam, delete, func, insert, literal_column, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from shared.contracts.message import Message
from shared.contracts.routes import ROUTES, Routes, kinds_for, subscribers_of
from shared.db import Base, affected
from shared.ids import new_id
from shared.messaging.bell import ring_once_committed
from shared.messaging.envelope import Batch, Envelope
from shared.messaging.tables import LogState, OutboxRow
from shared.telemetry import current_traceparent

log = logging.getLogger(__name__)

# Columns, not objects: a log is read by the ten thousand.
LOGGED = (
    OutboxRow.id,
    OutboxRow.kind,
    OutboxRow.subject,
    OutboxRow.created_at,
    OutboxRow.position,
    OutboxRow.traceparent,
    OutboxRow.data,
)

PAGE = 1000

# Where the tables lie: the server's timeline, the database, the table, the transaction that made it. No restore brings
# all four back, but one that copies the very files of the server; that one is noticed by whoever is ahead of the log.
HOME: ColumnElement[str] = literal_column(
    "concat_ws('/', left(pg_walfile_name(pg_current_wal_insert_lsn()), 8),"
    " (SELECT oid FROM pg_database WHERE datname = current_database()),"
    " 'log_state'::regclass::oid, (SELECT xmin FROM pg_type WHERE oid = 'log_state'::regtype))"
)

# Made once: every use case that changes something runs it, and putting it together takes as long as running.
WRITE = insert(Base.metadata.tables[OutboxRow.__tablename__])

_FRESH = (
    select(OutboxRow.id, func.row_number().over(order_by=OutboxRow.arrival).label("n"))
    .where(OutboxRow.position.is_(None))
    .order_by(OutboxRow.arrival)
    .limit(bindparam("limit"))
    .subquery()
)
NUMBER = (
    update(OutboxRow)
    .where(OutboxRow.id == _FRESH.c.id)
    .values(position=bindparam("head") + _FRESH.c.n)
    .returning(*LOGGED)
    .execution_options(synchronize_session=False)
)

# Publishes the whole state of a service again. It must not lock rows: nobody else can publish until it is done.
Republish = Callable[[Session, datetime], None]


def publish(session: Session, message: Message, *, now: datetime) -> None:
    """Write a message to the log, in the transaction that made it true.

    What the use case changed is flushed first, so its rows are locked before the message takes its place: two
    transactions that wait for each other are then in the log in the order in which they were committed.
    """
    publish_all(session, [message], now=now)


def publish_all(session: Session, messages: Iterable[Message], *, now: datetime) -> None:
    """The same for many messages, in their order: an import or a republish writes tens of thousands at once."""
    session.flush()
    rows = [
        {
            "id": new_id(),
            "kind": message.kind,
            "subject": message.subject,
            "data": message.model_dump(mode="json"),
            "created_at": now,
            "traceparent": current_traceparent(),
        }
        for message in messages
    ]
    if rows:
        session.execute(WRITE, rows)
        ring_once_committed(session)


class LogPage(BaseModel):
    """What a source answers to a subscriber that asks what it missed.

    `oldest` is the first position still kept: whoever needs an earlier one has to start over. `former` says for each
    earlier life of the log up to which position this one is the same.
    """

    model_config = ConfigDict(frozen=True)

    epoch: UUID
    epoch_start: int
    former: dict[UUID, int] = {}
    head: int
    oldest: int
    batch: Batch


class Numbered(NamedTuple):
    """Which life of the log it is, the last position given in it, and the messages that were given one just now."""

    epoch: UUID
    head: int
    given: tuple[Envelope, ...]

    @property
    def head_before(self) -> int:
        """The last position that had been given before."""
        return self.head - len(self.given)


class LogReader:
    """Answers for one service's log: reads it, numbers it, and begins its new lives."""

    def __init__(self, service: str, routes: Routes = ROUTES, republish: Republish | None = None) -> None:
        self.service = service
        self.subscribers = subscribers_of(service, routes)
        self._routes = routes
        self._republish = republish

    def page(self, session: Session, subscriber: str, after: int, limit: int = PAGE) -> LogPage:
        """The messages for `subscriber` after a position, at most `limit` of them."""
        # The state is read first: rows numbered meanwhile lie above this head and are left for the next page.
        state = session.execute(select(LogState.epoch, LogState.epoch_start, LogState.former, LogState.head)).one()
        kinds = kinds_for(subscriber, self.service, self._routes)
        rows = session.execute(
            select(*LOGGED)
            .where(OutboxRow.position > after, OutboxRow.position <= state.head, OutboxRow.kind.in_(kinds))
            .order_by(OutboxRow.position)
            .limit(limit)
        ).all()
        # The oldest is read last: what is trimmed meanwhile must be seen to be missing.
        oldest = session.scalar(select(func.min(OutboxRow.position))) or state.head + 1
        batch = Batch(
            source=self.service,
            epoch=state.epoch,
            previous=after,
            upto=rows[-1].position if len(rows) == limit else max(state.head, after),
            messages=tuple(_envelope(self.service, row) for row in rows),
        )
        return LogPage(
            epoch=state.epoch,
            epoch_start=state.epoch_start,
            former=state.former,
            head=state.head,
            oldest=oldest,
            batch=batch,
        )

    def fresh(self, subscriber: str, numbered: Numbered, limit: int) -> list[Batch]:
        """What was numbered just now and `subscriber` hears, in batches of at most `limit` messages."""
        kinds = kinds_for(subscriber, self.service, self._routes)
        heard = [message for message in numbered.given if message.type in kinds]
        parts = list(batched(heard, limit)) or [()]
        ends = [part[-1].position for part in parts[:-1]] + [numbered.head]
        starts = [numbered.head_before, *ends]
        return [
            Batch(source=self.service, epoch=numbered.epoch, previous=previous, upto=upto, messages=part)
            for previous, upto, part in zip(starts, ends, parts, strict=False)
        ]

    def number(self, session: Session, limit: int, *, now: datetime) -> Numbered:
        """Give committed rows their positions, in order of arrival.

        Only the relay that leads may call this. It commits before anything is sent: a position means one message for
        ever. A log that finds itself in another place than before was restored, and begins a new life first.
        """
        state, home = _locked_state(session)
        if state.home != home:
            never_numbered = state.home is None
            self._begin_life(state, home)
            if not never_numbered:
                self._tell_again(session, now)
        rows = session.execute(NUMBER, {"head": state.head, "limit": limit}).all()
        state.head += len(rows)
        given = sorted((_envelope(self.service, row) for row in rows), key=attrgetter("position"))
        return Numbered(state.epoch, state.head, tuple(given))

    def renew(self, session: Session, epoch: UUID | None, *, now: datetime) -> UUID:
        """Begin a new life of the log and tell the whole state again, unless that was done since `epoch`.

        Asked for by an operator, by a subscriber that is ahead of the log, and by one that needs messages older than
        the log keeps. Saying it twice does it once.
        """
        state, home = _locked_state(session)
        if epoch is None or state.epoch == epoch:
            self._begin_life(state, home)
            self._tell_again(session, now)
        return state.epoch

    def _begin_life(self, state: LogState, home: str) -> None:
        # The first is what every log has; any later one is for an operator to know of.
        level = logging.INFO if state.home is None else logging.WARNING
        log.log(level, "the log begins a new life", extra={"source": self.service, "head": state.head})
        shared = {epoch: min(position, state.head) for epoch, position in state.former.items()}
        state.former = shared | {str(state.epoch): state.head}
        state.epoch, state.epoch_start, state.home = new_id(), state.head, home

    def _tell_again(self, session: Session, now: datetime) -> None:
        if self._republish:
            # Nobody else publishes meanwhile: else an old state, told again, could come after the change of it.
            session.execute(text(f"LOCK TABLE {OutboxRow.__tablename__} IN SHARE ROW EXCLUSIVE MODE"))
            self._republish(session, now)


def start_log(session: Session) -> None:
    """Make the one row of `log_state`, if this is the first time."""
    session.execute(upsert(LogState).values(only=1, epoch=new_id()).on_conflict_do_nothing())


def trim_log(session: Session, *, older_than: datetime) -> int:
    """Forget the messages at the beginning of the log that are from before `older_than`; says how many.

    Only from the beginning, so that what is kept has no holes, however the clock went.
    """
    first_kept = select(func.min(OutboxRow.position)).where(OutboxRow.created_at >= older_than).scalar_subquery()
    all_given = select(func.max(OutboxRow.position) + 1).scalar_subquery()
    old = delete(OutboxRow).where(OutboxRow.position < func.coalesce(first_kept, all_given))
    return affected(session.execute(old))


def _locked_state(session: Session) -> tuple[LogState, str]:
    """The state of the log, locked and as it is now, and where the log lies."""
    locked = select(LogState, HOME).with_for_update(of=LogState).execution_options(populate_existing=True)
    state, home = session.execute(locked).one()
    return state, home


def _envelope(service: str, row: Row[Any]) -> Envelope:
    return Envelope(
        id=row.id,
        source=f"/{service}",
        type=row.kind,
        subject=row.subject,
        time=row.created_at,
        position=row.position,
        traceparent=row.traceparent,
        data=row.data,
    )
