"""What the members service tells others: ids and preferences, never a name or an address."""

from datetime import date, time
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


class Purpose(StrEnum):
    """What a message is for. People say yes or no to each on each channel, and each has rules of its own."""

    JOINED = "joined"  # what I joined: reminders, changes, cancellations
    FORUM = "forum"  # our own news
    ASK = "ask"  # the programme wants something
    ACCOUNT = "account"  # signing in


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
    """How a member likes to be reached, whole: the channels that work, the preferred one first.

    `consents`: for each purpose, those of the channels to which the member said yes; None from an older publisher.
    `paused_until`: the first day on which news and asks may come again. `asks_a_month`: 0 means never.
    """

    kind: ClassVar[str] = "members.preferences-changed.v1"
    subject_field: ClassVar[str] = "member_id"
    member_id: UUID
    channels: tuple[str, ...]
    quiet_from: time
    quiet_until: time
    timezone: str
    language: str = "en"
    consents: dict[Purpose, tuple[str, ...]] | None = None
    paused_until: date | None = None
    asks_a_month: int = 2


class MemberJoined(Message):
    """Somebody is new and should be welcomed."""

    kind: ClassVar[str] = "members.member-joined.v1"
    subject_field: ClassVar[str] = "member_id"
    member_id: UUID


class SignInAsked(Message):
    """Somebody asked to be let in; members itself looks up who that is, so that whoever asked cannot tell."""

    kind: ClassVar[str] = "members.sign-in-asked.v1"
    subject_field: ClassVar[str] = "challenge_id"
    challenge_id: UUID


class SignInCodeIssued(Message):
    """A member is to get a code over a channel. The code itself is asked for at the moment of sending."""

    kind: ClassVar[str] = "members.sign-in-code-issued.v1"
    subject_field: ClassVar[str] = "member_id"
    member_id: UUID
    challenge_id: UUID
    channel: str


class MemberMerged(Message):
    """Two records were of one person: whatever is held by the id that is gone belongs to the one that was kept."""

    kind: ClassVar[str] = "members.member-merged.v1"
    subject_field: ClassVar[str] = "kept_id"
    kept_id: UUID
    gone_id: UUID


class MemberErased(Message):
    """A member is gone for good. Whoever holds anything by their id erases it, and says `Erased`."""

    kind: ClassVar[str] = "members.member-erased.v1"
    subject_field: ClassVar[str] = "erasure_id"
    erasure_id: UUID
    member_id: UUID
