"""What the events service tells others about the programme and who is coming."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from shared.contracts.message import Message


class Answer(StrEnum):
    """What a member said about coming."""

    GOING = "going"
    NOT_GOING = "not_going"


class RoleKind(StrEnum):
    """The roles that every group knows. A group may have more, in words of its own."""

    HOST = "host"
    COOK = "cook"
    TEA = "tea"
    MINIBUS = "minibus"
    WELCOME = "welcome"


class OccurrenceState(Message):
    """The whole of an occurrence that others need.

    `starts` and `ends` are wall time in `timezone` (no offset); `starts_at` and `ends_at` are the same instants in UTC.
    `title` and `place` are what the group printed in its public programme; a hidden group's travel as None.
    `tentative`: it is on, and not certain yet.
    """

    subject_field: ClassVar[str] = "occurrence_id"
    occurrence_id: UUID
    activity_id: UUID
    group_id: UUID
    title: str | None
    place: str | None
    starts: datetime
    ends: datetime
    timezone: str
    starts_at: datetime
    ends_at: datetime
    all_day: bool = False
    tentative: bool = False


class OccurrenceScheduled(OccurrenceState):
    """An occurrence is on: new, or brought back after it was called off."""

    kind: ClassVar[str] = "events.occurrence-scheduled.v1"


class OccurrenceMoved(OccurrenceState):
    """An occurrence that is on now has another time or place; those going must hear of it."""

    kind: ClassVar[str] = "events.occurrence-moved.v1"


class OccurrenceConfirmed(OccurrenceState):
    """It was tentative and is certain now; those going must hear of it."""

    kind: ClassVar[str] = "events.occurrence-confirmed.v1"


class OccurrenceDescribed(OccurrenceState):
    """Its words changed, nothing anyone has to be told."""

    kind: ClassVar[str] = "events.occurrence-described.v1"


class OccurrenceCancelled(OccurrenceState):
    """It will not happen; those going must hear of it."""

    kind: ClassVar[str] = "events.occurrence-cancelled.v1"


class WaitedForCalledOff(Message):
    """What a member waits for a place at will not happen; they must hear of it. Told after the cancellation itself."""

    kind: ClassVar[str] = "events.waited-for-called-off.v1"
    subject_field: ClassVar[str] = "occurrence_id"
    occurrence_id: UUID
    member_id: UUID


class HostAsked(Message):
    """Somebody who runs an activity asked a member to run it with them; told once, and they decide."""

    kind: ClassVar[str] = "events.host-asked.v1"
    subject_field: ClassVar[str] = "activity_id"
    activity_id: UUID
    member_id: UUID


class RsvpChanged(Message):
    """A member said whether they are coming."""

    kind: ClassVar[str] = "events.rsvp-changed.v1"
    subject_field: ClassVar[str] = "occurrence_id"
    occurrence_id: UUID
    member_id: UUID
    answer: Answer


class PlaceOffered(Message):
    """A place is held for a member, with those they bring, until a time in UTC; a yes by then takes it.

    `asked_again`: they had said yes to another date, and the place is theirs on the new one if they like.
    """

    kind: ClassVar[str] = "events.place-offered.v1"
    subject_field: ClassVar[str] = "occurrence_id"
    occurrence_id: UUID
    member_id: UUID
    until: datetime
    asked_again: bool = False


class OfferWithdrawn(Message):
    """A place is held for a member no more, before its time and without an answer of theirs."""

    kind: ClassVar[str] = "events.offer-withdrawn.v1"
    subject_field: ClassVar[str] = "occurrence_id"
    occurrence_id: UUID
    member_id: UUID


class RoleNeedsCover(Message):
    """A member who wished to be asked is asked to take a role at an occurrence; a yes by `until`, in UTC, is in time.

    `role` is None for one that the group named in its own words.
    """

    kind: ClassVar[str] = "events.role-needs-cover.v1"
    subject_field: ClassVar[str] = "occurrence_id"
    occurrence_id: UUID
    member_id: UUID
    role: RoleKind | None
    until: datetime


class CoverSettled(Message):
    """A member need not think about the role that they were asked for any more."""

    kind: ClassVar[str] = "events.cover-settled.v1"
    subject_field: ClassVar[str] = "occurrence_id"
    occurrence_id: UUID
    member_id: UUID


class OpportunityOpened(Message):
    """The programme asks something of the members of a group, which let it in."""

    kind: ClassVar[str] = "events.opportunity-opened.v1"
    subject_field: ClassVar[str] = "opportunity_id"
    opportunity_id: UUID
    group_id: UUID


class PlaceDrawn(Message):
    """A member was drawn for a place of an opportunity."""

    kind: ClassVar[str] = "events.place-drawn.v1"
    subject_field: ClassVar[str] = "opportunity_id"
    opportunity_id: UUID
    member_id: UUID


class ReserveAsked(Message):
    """A place of an opportunity came free, and is held for this member for a while."""

    kind: ClassVar[str] = "events.reserve-asked.v1"
    subject_field: ClassVar[str] = "opportunity_id"
    opportunity_id: UUID
    member_id: UUID


class PollOpened(Message):
    """A group is asked something, until a time in UTC. What it is asked stays in the service."""

    kind: ClassVar[str] = "events.poll-opened.v1"
    subject_field: ClassVar[str] = "poll_id"
    poll_id: UUID
    group_id: UUID
    closes_at: datetime


class PollUndecided(Message):
    """A poll closes soon, and a member of its group has not answered it."""

    kind: ClassVar[str] = "events.poll-undecided.v1"
    subject_field: ClassVar[str] = "poll_id"
    poll_id: UUID
    group_id: UUID
    member_id: UUID
    closes_at: datetime


class PollClosed(Message):
    """A poll has a result, for its group to look at."""

    kind: ClassVar[str] = "events.poll-closed.v1"
    subject_field: ClassVar[str] = "poll_id"
    poll_id: UUID
    group_id: UUID


class Erased(Message):
    """Nothing of the member of an erasure is left here."""

    kind: ClassVar[str] = "events.erased.v1"
    subject_field: ClassVar[str] = "erasure_id"
    erasure_id: UUID
