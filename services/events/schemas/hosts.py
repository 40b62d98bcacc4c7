from typing import Self
from uuid import UUID

from pydantic import BaseModel

from services.events.models import Activity, Host
from services.events.schemas.programme import GroupView


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


class HostedView(BaseModel):
    """An activity that the caller hosts, or was asked to host and has not agreed to yet."""

    activity_id: UUID
    title: str
    group: GroupView
    agreed: bool

    @classmethod
    def of(cls, activity: Activity, host: Host) -> Self:
        """An activity, as a member who is asked to host it sees it."""
        group = GroupView.model_validate(activity.group)
        return cls(activity_id=activity.id, title=activity.title, group=group, agreed=host.agreed_at is not None)


class HostedList(BaseModel):
    """What the caller hosts or was asked to host, and the occurrences at which they can be turned to."""

    items: list[HostedView]
    on_call: list[UUID]


class OnCallList(BaseModel):
    """Whom those going can turn to if the door is locked."""

    member_ids: list[UUID]
