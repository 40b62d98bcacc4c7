from datetime import datetime, time
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.members.models import Channel, Use
from services.members.schemas.base import Versioned, example
from services.members.schemas.groups import MyGroup


class MemberView(BaseModel):
    """A member as they see themselves."""

    id: UUID
    name: str
    groups: list[MyGroup]


class Said(BaseModel):
    """Whether a member uses the service, as they said it themself, and when."""

    experience: Use
    said_at: datetime


class ExperienceDraft(BaseModel):
    """What a member says of it."""

    model_config = ConfigDict(json_schema_extra=example({"experience": "past"}))

    experience: Use


class MeEdit(BaseModel):
    """What a member would like to be called. Empty for no name at all."""

    model_config = ConfigDict(json_schema_extra=example({"name": "Member 7"}))

    name: str


class Me(MemberView, Versioned):
    """All that a member has told us, but for their addresses: those are never shown back."""

    language: str
    timezone: str
    channels: list[str]
    preferred_channel: Channel
    quiet_from: time
    quiet_until: time
    experience: Said | None
