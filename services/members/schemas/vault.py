from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.members.models import Channel
from services.members.schemas.base import SOME_ID, example

MOST_ADDRESSES = 1000
MOST_KEYS = 1000


class Wanted(BaseModel):
    """An address that somebody wants to send to: with `challenge_id`, to send the code that was asked for."""

    member_id: UUID
    channel: str
    challenge_id: UUID | None = None


class AddressesWanted(BaseModel):
    """Asks the vault for addresses. The reason is kept, and the member may read it: it names nobody."""

    model_config = ConfigDict(
        json_schema_extra=example({"reason": "to send a reminder", "items": [{"member_id": SOME_ID, "channel": "sms"}]})
    )

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    items: Annotated[list[Wanted], Field(max_length=MOST_ADDRESSES)]


class Found(BaseModel):
    """An address, its blind index and a personal link; all null where nothing may be sent.

    The link alone is null where the address may be somebody else's by now: send nothing there that is not for all.
    `code` and `sign_in_link` are null unless a code goes there; the link is for mail.
    """

    member_id: UUID
    channel: str
    address: str | None = None
    index: str | None = None
    link: str | None = None
    code: str | None = None
    sign_in_link: str | None = None


class AddressesFound(BaseModel):
    """The vault's answer, in the order it was asked."""

    items: list[Found]


class Sender(BaseModel):
    """Where a message came from, as the provider tells it."""

    model_config = ConfigDict(json_schema_extra=example({"channel": "sms", "address": "+447700900007"}))

    channel: Channel
    address: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=254)]


class SenderIdentified(BaseModel):
    """Who that is. Also a sender whom nobody knows has an index, so that a STOP from there can be kept.

    An address that failed, or was silent for 90 days, is like a stranger's.
    """

    index: str
    member_id: UUID | None = None
    token: str | None = None


class RewrapWanted(BaseModel):
    """How many members' keys to wrap anew at most."""

    model_config = ConfigDict(json_schema_extra=example({"limit": 500}))

    limit: Annotated[int, Field(ge=0, le=MOST_KEYS)]


class Rewrapped(BaseModel):
    """How many keys were wrapped anew, how many another master key still wraps, and the newest one's id."""

    newest: str
    done: int
    left: int
