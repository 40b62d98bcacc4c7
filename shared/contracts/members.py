"""What the members service tells others: ids and preferences, never a name or an address."""

from datetime import time
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from shared.contracts.message import Message


class Visibility(StrEnum):
    """Who may know that a group exists, and how one joins."""

    OPEN = "open"
    CLOSED = "closed"
    HIDDEN = "hidden"


class Role(StrEnum):
    """What a member is in a group."""

    MEMBER = "member"
    CONVENOR = "convenor"
    GUEST = "guest"


class Duty(StrEnum):
    """What somebody does for the programme."""

    WORKER = "worker"
    SAFEGUARDING_LEAD = "safeguarding_lead"


class GroupChanged(Message):
    """A group began or was described anew; this is its whole public state."""

    kind: ClassVar[str] = "members.group-changed.v1"
    subject_field: ClassVar[str] = "group_id"
    group_id: UUID
    slug: str
    name: str
    visibility: Visibility


class GroupJoined(Message):
    """A member belongs to a group from now on, in this role."""

    kind: ClassVar[str] = "members.group-joined.v1"
    subject_field: ClassVar[str] = "member_id"
    member_id: UUID
    group_id: UUID
    role: Role


class GroupLeft(Message):
    """A member no longer belongs to a group."""

    kind: ClassVar[str] = "members.group-left.v1"
    subject_field: ClassVar[str] = "member_id"
    member_id: UUID
    group_id: UUID


class PreferencesChanged(Message):
    """How a member likes to be reached, whole: the channels that work, the preferred one first."""

    kind: ClassVar[str] = "members.preferences-changed.v1"
    subject_field: ClassVar[str] = "member_id"
    member_id: UUID
    channels: tuple[str, ...]
    quiet_from: time
    quiet_until: time
    timezone: str
    language: str = "en"


class MemberJoined(Message):
    """Somebody is new and should be welcomed."""

    kind: ClassVar[str] = "members.member-joined.v1"
    subject_field: ClassVar[str] = "member_id"
    member_id: UUID
