from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from services.members.models import Channel, How
from services.members.schemas.base import SOME_ID, Secret, Slug, example
from services.members.schemas.people import MemberView


class SessionSecret(BaseModel):
    """What a device keeps to stay signed in."""

    model_config = ConfigDict(json_schema_extra=example({"session": "pL3vX0q7hR7kW2mPzQ9sT4vX"}))

    session: Secret


class SignedIn(BaseModel):
    """A token for every service, and how many seconds it works.

    Unless it is their own device, the browser should forget the session when it is closed.
    """

    token: str
    expires_in: int
    own_device: bool
    member: MemberView


class SessionBegun(SignedIn):
    """The same, and the session's secret, which is shown once."""

    session: str


class KeySet(BaseModel):
    """The public half of the key that signs tokens (RFC 7517)."""

    keys: list[dict[str, str]]


MOST_CARDS = 200
Asker = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class SignInAsking(BaseModel):
    """Somebody wants a code. `asker` is where they are, as web tells it in a hash that is another each day."""

    model_config = ConfigDict(json_schema_extra=example({"channel": "sms", "address": "+447700900007"}))

    channel: Channel
    address: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=254)]
    asker: Asker | None = None


class ChallengeMade(BaseModel):
    """What the code is typed in with, kept by the browser that asked. It says nothing of whether one was sent."""

    challenge: UUID
    browser: str


class Shown(BaseModel):
    """Something that lets its owner in. On a device that is not theirs alone the session ends by itself, soon."""

    model_config = ConfigDict(extra="forbid")

    own_device: bool = False
    asker: Asker | None = None


class LinkOpened(Shown):
    """The code of a personal link."""

    model_config = ConfigDict(json_schema_extra=example({"link": "AZnC8GweTUuaVT8OinscLVKMqEwMxR1hFHp0W6bo"}))

    link: Secret


class CodeShown(BaseModel):
    """The six digits, in the browser that asked for them."""

    model_config = ConfigDict(
        json_schema_extra=example({"challenge": SOME_ID, "browser": "pL3vX0q7", "code": "204118"})
    )

    challenge: UUID
    browser: Secret
    code: Secret


class CodeTyped(Shown, CodeShown):
    """The six digits, to sign in with."""

    model_config = ConfigDict(
        json_schema_extra=example({"challenge": SOME_ID, "browser": "pL3vX0q7", "code": "204 118"})
    )


class TokenOpened(Shown):
    """A link that came by mail or by chat, in whatever browser."""

    model_config = ConfigDict(json_schema_extra=example({"challenge": SOME_ID, "token": "q8Zr2NnYtKc4"}))

    challenge: UUID
    token: Secret


class CardShown(Shown):
    """The secret in the QR code of a paper card. `lost_phone`: whatever the lost one holds is to be worth nothing."""

    model_config = ConfigDict(json_schema_extra=example({"card": "hR7kW2mPzQ9sT4vX", "lost_phone": True}))

    card: Secret
    lost_phone: bool = False


class WordsTyped(Shown):
    """The three words and six digits of a paper card."""

    model_config = ConfigDict(json_schema_extra=example({"words": "apple garden river 204118", "own_device": True}))

    words: Secret
    lost_phone: bool = False


SignIn = LinkOpened | CodeTyped | TokenOpened | CardShown | WordsTyped


class SignInLink(BaseModel):
    """A link that lets its owner in once, and for how many seconds."""

    link: str
    expires_in: int


class CardIssued(BaseModel):
    """All that is printed on a card, told once: the address in its QR code, and its words."""

    id: UUID
    link: str
    words: str


class CardsWanted(BaseModel):
    """For whom to print cards: the people of a group, two hundred at a time and on from `after`, or some by id.

    With `name`, for the one person of the group who is called so.
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra=example({"group": "hill-walkers"}))

    group: Slug | None = None
    name: Annotated[str, Field(max_length=200)] | None = None
    after: str | None = None
    member_ids: Annotated[set[UUID], Field(min_length=1, max_length=MOST_CARDS)] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.group is None) == (self.member_ids is None):
            raise ValueError("send `group` or `member_ids`")
        if self.name is not None and self.group is None:
            raise ValueError("send `name` with a `group`")
        return self


class NamedCard(CardIssued):
    """A card, and what its member likes to be called, so that it comes to the right person."""

    name: str


class CardView(BaseModel):
    """A card that lets its owner in, without what is on it."""

    id: UUID
    issued_at: datetime
    issued_by_me: bool
    last_used_at: datetime | None


class Cards(BaseModel):
    items: list[CardView]


class MySession(BaseModel):
    """A device where a member is signed in. `this_one` is where they ask from.

    `just_shown`: a second factor was shown there within a quarter of an hour, so that they may add or take back one.
    """

    id: UUID
    how: How
    strong: bool
    just_shown: bool
    own_device: bool
    created_at: datetime
    last_seen_at: datetime
    this_one: bool


class EverybodyOut(BaseModel):
    """How many sessions were ended."""

    sessions: int


class MySessions(BaseModel):
    items: list[MySession]
