"""The log of a service: writing to it inside a use case, reading it back for those who missed something."""

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from shared.contracts.message import Message
from shared.contracts.routes import ROUTES, Routes, kinds_for
from shared.db import affected
from shared.ids import new_id
from shared.messaging.envelope import Batch, Envelope
from shared.messaging.tables import LogState, OutboxRow
from shared.telemetry import current_traceparent

DOORBELL = "outbox"
PAGE = 1000

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
        session.execute(insert(OutboxRow), rows)
        session.execute(select(func.pg_notify(DOORBELL, "")))


class LogPage(BaseModel):
    """What a source answers to a subscriber that asks what it missed.

    `oldest` is the first position still kept: whoever needs an earlier one has to start over.
    """

    model_config = ConfigDict(frozen=True)

    epoch: UUID
    epoch_start: int
    head: int
    oldest: int
    batch: Batch


class LogReader:
    """Answers for one service's log."""

    def __init__(self, service: str, routes: Routes = ROUTES, republish: Republish | None = None) -> None:
        self.service = service
        self._routes = routes
        self._republish = republish

    def page(self, session: Session, subscriber: str, after: int, limit: int = PAGE) -> LogPage:
        """The messages for `subscriber` after a position, at most `limit` of them."""
        # The state is read first: rows numbered meanwhile lie above this head and are left for the next page.
        state = session.execute(select(LogState.epoch, LogState.epoch_start, LogState.head)).one()
        oldest = session.scalar(select(func.min(OutboxRow.position))) or state.head + 1
        kinds = kinds_for(subscriber, self.service, self._routes)
        rows = session.scalars(
            select(OutboxRow)
            .where(OutboxRow.position > after, OutboxRow.position <= state.head, OutboxRow.kind.in_(kinds))
            .order_by(OutboxRow.position)
            .limit(limit)
        ).all()
        full = len(rows) == limit
        batch = Batch(
            source=self.service,
            epoch=state.epoch,
            previous=after,
            upto=(rows[-1].position or 0) if full else max(state.head, after),
            messages=tuple(_envelope(self.service, row) for row in rows),
        )
        return LogPage(epoch=state.epoch, epoch_start=state.epoch_start, head=state.head, oldest=oldest, batch=batch)

    def renew(self, session: Session, epoch: UUID | None, *, now: datetime) -> UUID:
        """Begin a new life of the log and tell the whole state again, unless that was done since `epoch`.

        Asked for after a restore, by an operator or by a subscriber that sees positions it has already applied, and by
        one that needs messages older than the log keeps. Saying it twice does it once.
        """
        state = session.scalars(select(LogState).with_for_update()).one()
        if epoch is not None and state.epoch != epoch:
            return state.epoch
        state.epoch = new_id()
        state.epoch_start = state.head
        if self._republish:
            self._republish(session, now)
        return state.epoch


def start_log(session: Session) -> None:
    """Make the one row of `log_state`, if this is the first time."""
    session.execute(upsert(LogState).values(only=1, epoch=new_id()).on_conflict_do_nothing())


def trim_log(session: Session, *, older_than: datetime, sent_to: int) -> int:
    """Forget messages from before `older_than` that every subscriber has been sent; says how many."""
    old = delete(OutboxRow).where(OutboxRow.created_at < older_than, OutboxRow.position <= sent_to)
    return affected(session.execute(old))


def number(session: Session, limit: int) -> tuple[LogState, int]:
    """Give committed rows their positions, in order of arrival; returns the state and how many there were.

    Only the relay that leads may call this. It commits before anything is sent: a position means one message for ever.
    """
    state = session.scalars(select(LogState).with_for_update()).one()
    fresh = (
        select(OutboxRow.id, func.row_number().over(order_by=OutboxRow.arrival).label("n"))
        .where(OutboxRow.position.is_(None))
        .order_by(OutboxRow.arrival)
        .limit(limit)
        .subquery()
    )
    numbered = session.execute(
        update(OutboxRow).where(OutboxRow.id == fresh.c.id).values(position=state.head + fresh.c.n)
    )
    count = affected(numbered)
    state.head += count
    return state, count


def _envelope(service: str, row: OutboxRow) -> Envelope:
    return Envelope(
        id=row.id,
        source=f"/{service}",
        type=row.kind,
        subject=row.subject,
        time=row.created_at,
        position=row.position or 0,
        traceparent=row.traceparent,
        data=row.data,
    )
