"""What travels: messages in CloudEvents 1.0 attributes, and batches of them that say what they follow on."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class Envelope(BaseModel):
    """One message on the wire (CloudEvents 1.0, JSON format; `position` and `traceparent` are extensions)."""

    model_config = ConfigDict(frozen=True)

    specversion: Literal["1.0"] = "1.0"
    id: UUID
    source: str
    type: str
    subject: str
    time: datetime
    datacontenttype: Literal["application/json"] = "application/json"
    position: int
    traceparent: str | None = None
    data: dict[str, Any]


class Batch(BaseModel):
    """All that a subscriber hears of a log between two positions: after `previous`, up to and with `upto`.

    Positions in between that are missing from `messages` belong to kinds this subscriber does not hear.
    """

    model_config = ConfigDict(frozen=True)

    source: str
    epoch: UUID
    previous: int
    upto: int
    messages: tuple[Envelope, ...]
