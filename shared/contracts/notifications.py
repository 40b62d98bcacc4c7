"""What the notifications service tells others."""

from typing import ClassVar
from uuid import UUID

from shared.contracts.message import Message


class StopReceived(Message):
    """A member asked by text that nothing more be sent over a channel."""

    kind: ClassVar[str] = "notifications.stop-received.v1"
    subject_field: ClassVar[str] = "member_id"
    member_id: UUID
    channel: str


class StartReceived(Message):
    """A member who had stopped a channel wants to hear from us again."""

    kind: ClassVar[str] = "notifications.start-received.v1"
    subject_field: ClassVar[str] = "member_id"
    member_id: UUID
    channel: str


class DeliveryFailedForGood(Message):
    """An address no longer works: the provider said so, and trying again is no use."""

    kind: ClassVar[str] = "notifications.delivery-failed-for-good.v1"
    subject_field: ClassVar[str] = "member_id"
    member_id: UUID
    channel: str


class Erased(Message):
    """Nothing of the member of an erasure is left here."""

    kind: ClassVar[str] = "notifications.erased.v1"
    subject_field: ClassVar[str] = "erasure_id"
    erasure_id: UUID
