from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StringConstraints

from services.members.models import AddressState, Channel
from services.members.schemas.base import example


class AddressDraft(BaseModel):
    """An address that a member says is theirs."""

    model_config = ConfigDict(json_schema_extra=example({"channel": "sms", "address": "+447700900007"}))

    channel: Channel
    address: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=254)]


class MyAddress(BaseModel):
    """One of a member's own addresses, never shown whole.

    `confidence` is 1 when it has just shown that it is theirs, and halves with every 90 days of silence. Where it
    `needs_confirming`, nothing personal goes there, and it lets nobody in.
    """

    id: UUID
    channel: Channel
    state: AddressState
    hint: str
    added_at: datetime
    confirmed_at: datetime
    confidence: float
    needs_confirming: bool


class MyAddresses(BaseModel):
    """All of them, oldest first."""

    items: list[MyAddress]
