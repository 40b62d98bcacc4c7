from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from services.events.line_words import line_words, offer_words
from services.events.models import Activity, Companion, Occurrence, Waiting, draw_time
from services.events.plain_text import one_line
from services.events.waitlist import Priority
from shared.contracts.events import Answer

MOST_TOGETHER = 20
LONGEST_SHOWN = 40

Party = Annotated[dict[Companion, Annotated[int, Field(ge=0, le=MOST_TOGETHER)]], Field(max_length=len(Companion))]
ShownAs = Annotated[
    str, StringConstraints(max_length=LONGEST_SHOWN), AfterValidator(lambda text: one_line(text, LONGEST_SHOWN))
]


class RsvpDraft(BaseModel):
    """Whether a member is coming, and with how many others of which kind.

    Without `others` it is those they come with, or asked for, already. `shown_as` is the name by which the others who
    come may see them; empty shows them to nobody, and that is so until they give one.
    """

    answer: Answer
    others: Party | None = None
    shown_as: ShownAs | None = None


class RsvpView(BaseModel):
    """What a member said about coming to an occurrence."""

    model_config = ConfigDict(from_attributes=True)

    occurrence_id: UUID
    answer: Answer
    others: dict[Companion, int] = {}
    shown_as: str | None = None


class WaitingDraft(BaseModel):
    """With whom a member waits for places: all of them, or none."""

    others: Party = {}


class WaitingView(BaseModel):
    """Where a member stands who waits, or until when places are held for them, and in `words` what will happen."""

    occurrence_id: UUID
    others: dict[Companion, int]
    place: int
    offered_until: datetime | None
    words: str

    @classmethod
    def of(cls, waiting: Waiting, occurrence: Occurrence, activity: Activity, place: int) -> Self:
        """A party in the line of an occurrence; `place` counts those who wait from 1."""
        return cls(
            occurrence_id=occurrence.id,
            others=waiting.others,
            place=place,
            offered_until=waiting.offered_until,
            words=_words(waiting, occurrence, activity, place),
        )


def _words(waiting: Waiting, occurrence: Occurrence, activity: Activity, place: int) -> str:
    if waiting.offered_until is not None:
        return offer_words(waiting.offered_until, occurrence.timezone)
    drawn = draw_time(activity.priority, activity.draw_hours, occurrence.starts_at)
    priority = Priority(activity.priority)
    return line_words(
        place,
        priority,
        draws_at=None if waiting.lot else drawn,
        timezone=occurrence.timezone,
        fills_room=activity.fills_room,
    )


class RsvpList(BaseModel):
    """What a member said about everything that is still to come, and what they wait for."""

    items: list[RsvpView]
    waiting: list[WaitingView] = []
