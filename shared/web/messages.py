"""Where subscribers fetch what they missed. For services only; the gateway does not pass it on."""

from uuid import UUID

from fastapi import Query, Request
from pydantic import BaseModel

from shared.messaging.log import PAGE, LogPage, LogReader
from shared.web.callers import Now, requires
from shared.web.transaction import InTransaction, router

messages = router(prefix="/internal/messages", tags=["messages"])


class Renewal(BaseModel):
    """Asks for a new life of the log, unless `epoch` is already over."""

    epoch: UUID


class Renewed(BaseModel):
    """The life of the log that now is."""

    epoch: UUID


@messages.get("", dependencies=[requires("messages:read")])
def read_log(
    request: Request, session: InTransaction, subscriber: str, after: int = Query(ge=0), limit: int = PAGE
) -> LogPage:
    """What `subscriber` hears of this log after a position."""
    reader: LogReader = request.app.state.log
    return reader.page(session, subscriber, after, min(limit, PAGE))


@messages.post("/renewals", dependencies=[requires("messages:renew")])
def renew_log(request: Request, session: InTransaction, renewal: Renewal, now: Now) -> Renewed:
    """Begin a new life of the log and tell the whole state again."""
    reader: LogReader = request.app.state.log
    return Renewed(epoch=reader.renew(session, renewal.epoch, now=now))
