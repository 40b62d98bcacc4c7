from typing import Self
from uuid import UUID

from pydantic import BaseModel

from services.events.models import Host


class HostView(BaseModel):
    """A member who hosts an activity, or was asked to."""

    member_id: UUID
    agreed: bool

    @classmethod
    def of(cls, host: Host) -> Self:
        """A host, as those who run it together see them."""
        return cls(member_id=host.member_id, agreed=host.agreed_at is not None)


class HostList(BaseModel):
    """Who hosts an activity."""

    items: list[HostView]


class OnCallList(BaseModel):
    """Whom those going can turn to if the door is locked."""

    member_ids: list[UUID]
