"""What was put aside, for operators. The gateway does not pass it on."""

from datetime import datetime
from uuid import UUID

from fastapi import Request
from pydantic import BaseModel

from shared.messaging import parking
from shared.web.callers import Now, requires
from shared.web.transaction import InTransaction, router

parked = router(prefix="/internal/parked", tags=["messages"], dependencies=[requires("parked:manage")])


class ParkedMessage(BaseModel):
    """One message that was put aside; `error` is the class of what its handler raised."""

    id: UUID
    source: str
    position: int
    kind: str
    subject: str
    error: str
    parked_at: datetime


class ParkedMessages(BaseModel):
    """All of them, the oldest first."""

    items: list[ParkedMessage]


@parked.get("")
def list_parked(session: InTransaction) -> ParkedMessages:
    """What is parked here, without what the messages carry."""
    rows = parking.parked_messages(session)
    return ParkedMessages(
        items=[
            ParkedMessage(
                id=row.id,
                source=row.source,
                position=row.position,
                kind=row.envelope["type"],
                subject=row.envelope["subject"],
                error=row.error,
                parked_at=row.parked_at,
            )
            for row in rows
        ]
    )


@parked.post("/{parked_id}/replay", status_code=204)
def replay(request: Request, parked_id: UUID, session: InTransaction, now: Now) -> None:
    """Try it again."""
    parking.replay(session, parked_id, request.app.state.handlers, now)


@parked.delete("/{parked_id}", status_code=204)
def discard(parked_id: UUID, session: InTransaction) -> None:
    """Forget it."""
    parking.discard(session, parked_id)
