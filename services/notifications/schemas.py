from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field


class AddressStopped(BaseModel):
    """An address that wants to hear nothing, or to hear again: named by the vault's blind index."""

    channel: Literal["sms", "email"]
    index: str
    member_id: UUID | None = None


class TwilioReceipt(BaseModel):
    """The part of Twilio's status callback that is kept; whom the text went to is not."""

    message_sid: str = Field(alias="MessageSid")
    message_status: str = Field(alias="MessageStatus")
    error_code: str | None = Field(None, alias="ErrorCode")


class Question(BaseModel):
    """What a member was lately asked about and can still answer. `starts` has the offset of where it happens."""

    occurrence_id: UUID
    title: str | None
    starts: datetime
    all_day: bool
    asked_at: datetime


class Questions(BaseModel):
    """The newest first."""

    items: list[Question]


class NotificationView(BaseModel):
    """One thing we sent, will send or held back, as its recipient reads it."""

    id: UUID
    what: str
    about: UUID | None
    channel: str | None
    due_at: datetime
    state: str
    reason: str | None
