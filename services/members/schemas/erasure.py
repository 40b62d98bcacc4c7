from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.members.schemas.base import SOME_ID, example


class ErasureDraft(BaseModel):
    """Who is to be erased."""

    model_config = ConfigDict(json_schema_extra=example({"member_id": SOME_ID}))

    member_id: UUID


class ErasureView(BaseModel):
    """How far an erasure has come: which services have yet to say that nothing is left, and when the last one did."""

    id: UUID
    asked_at: datetime
    waiting_for: list[str]
    done_at: datetime | None


class Reapplied(BaseModel):
    """What came of going through the ledger: how many were back, and of how many the other services were told."""

    erased_again: int
    told: int
