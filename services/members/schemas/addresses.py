from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from services.members import push_subscriptions
from services.members.models import AddressState, Channel
from services.members.schemas.base import Secret, example


class AddressDraft(BaseModel):
    """An address that a member says is theirs."""

    model_config = ConfigDict(json_schema_extra=example({"channel": "sms", "address": "+447700900007"}))

    channel: Channel
    address: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=254)]


class TelegramStart(BaseModel):
    """What to send to the bot, as `https://t.me/<bot>?start=<start>` does, and for how many seconds it works."""

    start: str
    expires_in: int


class ChatShown(BaseModel):
    """What came to the bot, and the number of the chat it came from. A group has one below zero: nobody owns it."""

    model_config = ConfigDict(json_schema_extra=example({"start": "q8Zr2NnYtKc4", "chat": "123456789"}))

    start: Secret
    chat: Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,18}$")]


class DeviceKeys(BaseModel):
    """With what notes are sealed for a device."""

    p256dh: Annotated[str, AfterValidator(push_subscriptions.public_key)]
    auth: Annotated[str, AfterValidator(push_subscriptions.secret)]


class DeviceDraft(BaseModel):
    """A browser's push subscription, as its `toJSON()` tells it."""

    model_config = ConfigDict(
        json_schema_extra=example(
            {
                "endpoint": "https://push.example.org/send/1",
                "keys": {
                    "p256dh": "BGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU",
                    "auth": "AAAAAAAAAAAAAAAAAAAAAA",
                },
            }
        )
    )

    endpoint: Annotated[str, AfterValidator(push_subscriptions.endpoint)]
    keys: DeviceKeys

    def written(self) -> str:
        """As the vault keeps it."""
        return push_subscriptions.written(self.endpoint, self.keys.p256dh, self.keys.auth)


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
