from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from services.events.schemas.words import Place


class Known(StrEnum):
    """Not to know is an answer, and is shown as one."""

    YES = "yes"
    NO = "no"
    DONT_KNOW = "dont_know"


class Said(BaseModel):
    """Whether there is something, and a few words on it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    known: Known = Known.DONT_KNOW
    note: Place = ""


NOTHING_SAID = Said()


class Card(BaseModel):
    """The practical things that decide whether somebody can come."""

    model_config = ConfigDict(extra="forbid")

    meeting_point: Said = NOTHING_SAID
    food: Said = NOTHING_SAID
    fare: Said = NOTHING_SAID
    step_free: Said = NOTHING_SAID
    dogs: Said = NOTHING_SAID
    charging: Said = NOTHING_SAID
    quiet_space: Said = NOTHING_SAID
    wifi: Said = NOTHING_SAID
    warm: Said = NOTHING_SAID


class CardEdit(BaseModel):
    """What to say differently; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    meeting_point: Said | None = None
    food: Said | None = None
    fare: Said | None = None
    step_free: Said | None = None
    dogs: Said | None = None
    charging: Said | None = None
    quiet_space: Said | None = None
    wifi: Said | None = None
    warm: Said | None = None
