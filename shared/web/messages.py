"""Where subscribers fetch what they missed. For services only; the gateway does not pass it on."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request
from pydantic import BaseModel

from shared.auth import Caller
from shared.errors import Forbidden
from shared.messaging.log import PAGE, LogPage, LogReader
from shared.web.callers import Now, requires
from shared.web.transaction import InTransaction, router

OPERATOR = "operator"
LAST_POSITION = 2**63 - 1

messages = router(prefix="/internal/messages", tags=["messages"])


class Renewal(BaseModel):
    """Asks for a new life of the log, unless `epoch` is already over."""

    epoch: UUID


class Renewed(BaseModel):
    """The life of the log that now is."""

    epoch: UUID


@messages.get("")
def read_log(
    request: Request,
    session: InTransaction,
    caller: Annotated[Caller, requires("messages:read")],
    *,
    subscriber: str,
    after: Annotated[int, Query(ge=0, le=LAST_POSITION)],
    limit: Annotated[int, Query(ge=1, le=PAGE)] = PAGE,
) -> LogPage:
    """What `subscriber` hears of this log after a position. Nobody but an operator reads what another hears."""
    if caller.issuer not in {subscriber, OPERATOR}:
        raise Forbidden("Ask for what you hear yourself.")
    reader: LogReader = request.app.state.log
    return reader.page(session, subscriber, after, limit)


@messages.post("/renewals", dependencies=[requires("messages:renew")])
def renew_log(request: Request, session: InTransaction, renewal: Renewal, now: Now) -> Renewed:
    """Begin a new life of the log and tell the whole state again."""
    reader: LogReader = request.app.state.log
    return Renewed(epoch=reader.renew(session, renewal.epoch, now=now))
