from collections.abc import Collection
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from services.events.models import Ending, Idea, IdeaState
from services.events.plain_text import one_line
from services.events.schemas.words import LONGEST_LINE, SOME_ID, Place, example


def _sentence(text: str) -> str:
    sentence = one_line(text, LONGEST_LINE)
    if not sentence:
        raise ValueError("say it in a few words that can be read")
    return sentence


Sentence = Annotated[str, StringConstraints(max_length=LONGEST_LINE), AfterValidator(_sentence)]


class IdeaDraft(BaseModel):
    """What a group could do, in one sentence."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra=example({"group_id": SOME_ID, "words": "A walk by the canal on Sundays"})
    )

    group_id: UUID
    words: Sentence


class IdeaWords(BaseModel):
    """A draft, said better."""

    model_config = ConfigDict(extra="forbid")

    words: Sentence


class Withdrawal(BaseModel):
    """Why its writer takes an idea back; `why` says more, for who likes to."""

    model_config = ConfigDict(extra="forbid")

    ending: Ending
    why: Place = ""


class Retirement(BaseModel):
    """Why a convenor retires an idea. Its writer is owed the words."""

    model_config = ConfigDict(extra="forbid")

    ending: Literal[Ending.DUPLICATED, Ending.DONE, Ending.NOT_POSSIBLE]
    why: Sentence


class BecameActivity(BaseModel):
    """The activity that an idea became."""

    model_config = ConfigDict(extra="forbid")

    activity_id: UUID


class IdeaView(BaseModel):
    """An idea. `support` counts those who would like it; who they are, and who wrote it, is shown to nobody."""

    id: UUID
    group_id: UUID
    words: str
    state: IdeaState
    is_yours: bool
    support: int
    you_support: bool
    ending: Ending | None
    why: str
    activity_id: UUID | None

    @classmethod
    def of(cls, idea: Idea, member_id: UUID | None, supported: Collection[UUID]) -> Self:
        """An idea as a member sees it, who supports these."""
        return cls(
            id=idea.id,
            group_id=idea.group_id,
            words=idea.words,
            state=IdeaState(idea.state),
            is_yours=idea.member_id == member_id,
            support=idea.support,
            you_support=idea.id in supported,
            ending=Ending(idea.ending) if idea.ending else None,
            why=idea.why,
            activity_id=idea.activity_id,
        )


class SimilarIdeas(BaseModel):
    """Open ideas that are like one, the most alike first: to support one of those may be better."""

    items: list[IdeaView]
