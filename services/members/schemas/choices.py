from datetime import date, datetime, time
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.members.models import ASKS_A_MONTH, QUIET_FROM, QUIET_UNTIL, Channel, Need, SeenBy, Via
from services.members.schemas.base import Versioned, example
from shared.contracts.members import Purpose

MOST_CONSENTS = 100
MOST_LANGUAGES = 10
MOST_ASKS = 31
LONGEST_WORDS = 200
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=20)]


class Answer(BaseModel):
    """A yes or a no to messages for a purpose over a channel, and the version of the words it answers."""

    purpose: Purpose
    channel: Channel
    given: bool
    wording: str


class Answers(BaseModel):
    """What a member says, through their own front end; what a helper writes down is always kept as a helper's."""

    model_config = ConfigDict(
        json_schema_extra=example(
            {"items": [{"purpose": "forum", "channel": "sms", "given": True, "wording": "2026-11"}]}
        )
    )

    items: Annotated[list[Answer], Field(max_length=MOST_CONSENTS)]
    via: Literal[Via.WEB, Via.CHAT] = Via.WEB


class ConsentView(BaseModel):
    """One yes or no, in plain words; `recorded_by` is who wrote it down.

    It is null where an operator did, and with `via` worker where the helper was erased since.
    """

    purpose: Purpose
    channel: Channel
    given: bool
    wording: str
    via: Via
    recorded_by: UUID | None
    at: datetime
    words: str


class WordingView(BaseModel):
    """What people were shown when they said yes or no."""

    version: str
    words: dict[Purpose, str]


class Choices(Versioned):
    """All that a member decides about what reaches them. Quiet hours are in `timezone`; equal times mean none.

    `channels` are those that work, the preferred first; `consents` says by purpose to which of `channels_offered`
    they said yes. `wording` is what to send along with a yes or a no. `paused_until` is the first day on which news and
    asks may come again. The first of `languages` is preferred.
    """

    channels: list[str]
    channels_offered: list[Channel]
    preferred_channel: Channel
    consents: dict[Purpose, list[Channel]]
    wording: str
    quiet_from: time
    quiet_until: time
    timezone: str
    paused_until: date | None
    asks_a_month: int
    interests: list[str]
    interests_offered: list[str]
    languages: list[str]


class ChoicesEdit(BaseModel):
    """What is to change; what is left out stays. `paused_until: null` ends a pause, `asks_a_month: 0` means never."""

    model_config = ConfigDict(
        json_schema_extra=example({"quiet_from": "22:00", "quiet_until": "08:00", "asks_a_month": 1})
    )

    preferred_channel: Channel = Channel.SMS
    quiet_from: time = QUIET_FROM
    quiet_until: time = QUIET_UNTIL
    paused_until: date | None = None
    asks_a_month: Annotated[int, Field(ge=0, le=MOST_ASKS)] = ASKS_A_MONTH
    interests: list[str] = []
    languages: Annotated[list[Language], Field(min_length=1, max_length=MOST_LANGUAGES)] = []

    def said(self) -> dict[str, Any]:
        """Only what was sent, by the columns it goes to."""
        said = self.model_dump(exclude_unset=True)
        if "languages" in said:
            said["language"], *said["other_languages"] = said.pop("languages")
        return said


class NeedSaid(BaseModel):
    """Something a member needs to be able to come, in their own words if they like, and who may know of it."""

    need: Need
    seen_by: SeenBy = SeenBy.ME
    words: Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_WORDS)] | None = None


class NeedsSaid(BaseModel):
    """All that a member needs."""

    model_config = ConfigDict(json_schema_extra=example({"items": [{"need": "step_free", "seen_by": "convenors"}]}))

    items: Annotated[list[NeedSaid], Field(max_length=len(Need))]


class Needs(NeedsSaid, Versioned):
    """The same, as it was said."""
