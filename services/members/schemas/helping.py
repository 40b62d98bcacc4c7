from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

from services.members.models import Channel
from services.members.schemas.base import SOME_ID, example
from services.members.schemas.sign_in import ChallengeMade

CardText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class CardInHand(BaseModel):
    """A member's card: the secret in its QR code, or its three words and six digits."""

    model_config = ConfigDict(json_schema_extra=example({"words": "apple garden river 204118"}))

    card: CardText | None = None
    words: CardText | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.card is None) == (self.words is None):
            raise ValueError("send `card` or `words`")
        return self


class HelpingBegun(BaseModel):
    """Somebody helps a member, who they are by the name they choose, and until when."""

    id: UUID
    member_id: UUID
    name: str
    until: datetime


class AddressAsked(ChallengeMade):
    """What to enter the code with that is sent over a channel, kept by the helper's browser."""

    channel: Channel


class SignedUp(HelpingBegun):
    """The same of somebody new, with a challenge for each address that they told. None says whether a code was sent."""

    challenges: list[AddressAsked]


class HelperView(BaseModel):
    """Somebody who helped me."""

    name: str
    began_at: datetime
    until: datetime


class Helpers(BaseModel):
    """Everybody who helped me within the last thirty days, the last first."""

    items: list[HelperView]


class MergeDraft(BaseModel):
    """Two records of one person: the one that stays, and the one that becomes part of it."""

    model_config = ConfigDict(
        json_schema_extra=example({"keep_id": SOME_ID, "gone_id": "0199c2f0-6c1e-7d4b-9a55-3f0e8a7b1c2e"})
    )

    keep_id: UUID
    gone_id: UUID


class MergeProposed(BaseModel):
    """What would be joined, to be confirmed by its id until a time. A hidden group is not counted."""

    id: UUID
    until: datetime
    groups: int
    addresses: int
    addresses_dropped: int
    words: list[str]


class SignUpDraft(BaseModel):
    """Somebody who joins with a helper beside them. Nothing of it is needed."""

    model_config = ConfigDict(json_schema_extra=example({"name": "Member 7", "phone": "+447700900007"}))

    name: str = ""
    phone: str = ""
    email: str = ""
    group_id: UUID | None = None
