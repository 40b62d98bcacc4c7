from fractions import Fraction
from typing import Annotated, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.events.draw_record import in_words
from services.events.models import OpportunityReply, Reply, Standing
from services.events.schemas.opportunities import MOST_QUOTAS, Word


class ReplyDraft(BaseModel):
    """Yes, no or later. A yes says that the adviser was shown, and which words it agrees to; it may state traits."""

    model_config = ConfigDict(extra="forbid")

    reply: Reply
    adviser_shown: bool = False
    consent: str | None = None
    conflict: bool = False
    stated: Annotated[dict[Word, Word], Field(max_length=MOST_QUOTAS)] = {}


class ReplyView(BaseModel):
    """What you said, and what became of it. `number` stands for you in the draw."""

    model_config = ConfigDict(from_attributes=True)

    reply: Reply
    replied_at: AwareDatetime
    conflict: bool
    stated: dict[str, str]
    number: int | None
    standing: Standing | None
    reserve: int | None
    asked_until: AwareDatetime | None


class Chance(BaseModel):
    """The chance of one number: exactly, and as one says it."""

    number: int
    exactly: Fraction
    in_words: str

    @classmethod
    def of(cls, number: int, chance: Fraction) -> Self:
        """A chance with its words."""
        return cls(number=number, exactly=chance, in_words=in_words(chance))


class OddsView(BaseModel):
    """Everybody's chance, if it were drawn with those who have said yes by now. `yours` is your number."""

    yours: int | None
    chances: list[Chance]


class PersonView(BaseModel):
    """Somebody with a place, or who is asked to take one, for the worker who runs it."""

    model_config = ConfigDict(from_attributes=True)

    member_id: UUID
    standing: Standing


class PeopleView(BaseModel):
    """Who has a place, or is asked to take one."""

    items: list[PersonView]


class ReceiptView(BaseModel):
    """What became of your yes, in plain words."""

    words: str
    number: int | None

    @classmethod
    def of(cls, reply: OpportunityReply, words: str) -> Self:
        """The words, and the number to look for in the record."""
        return cls(words=words, number=reply.number)
