"""Messages put aside because their handler kept failing: an operator has them tried again, or discards them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.errors import Conflict, NotFound
from shared.messaging.envelope import Envelope
from shared.messaging.handlers import Handlers
from shared.messaging.tables import Parked


class StillFailing(Conflict):
    """The handler of a parked message failed again; it stays parked."""

    code = "still-failing"
    title = "It failed again."


class NoSuchParkedMessage(NotFound):
    """Nothing by this id is parked here: it was replayed or discarded already, or never was."""

    code = "no-such-parked-message"
    title = "No such message is parked here."


def parked_messages(session: Session) -> Sequence[Parked]:
    """All that is parked, the oldest first."""
    return session.scalars(select(Parked).order_by(Parked.parked_at, Parked.id)).all()


def replay(session: Session, parked_id: UUID, handlers: Handlers, now: datetime) -> None:
    """Run its handler again and forget it, in the caller's transaction; raises StillFailing."""
    parked = _locked(session, parked_id)
    try:
        with session.begin_nested():
            handlers.run(session, Envelope.model_validate(parked.envelope), now)
            session.delete(parked)
    except Exception as error:
        # Only the class is told: an error's words may hold what people wrote.
        raise StillFailing(f"The handler raised {type(error).__name__}; the log says more.") from error


def discard(session: Session, parked_id: UUID) -> None:
    """Forget it without having applied it."""
    session.delete(_locked(session, parked_id))


def _locked(session: Session, parked_id: UUID) -> Parked:
    """The row, locked: whoever comes second finds it gone."""
    parked = session.get(Parked, parked_id, with_for_update=True)
    if parked is None:
        raise NoSuchParkedMessage("Look at the list again.")
    return parked
