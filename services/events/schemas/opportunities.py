from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from services.events.draw_quotas import Quota
from services.events.draw_seed import digest_of
from services.events.models import Opportunity
from services.events.schemas.words import Place, Summary, Title

MOST_PLACES = 6
MOST_QUOTAS = 6
CONSENT = "2026-11"
CONSENT_WORDS = (
    "I say yes to this one thing, and to nothing else. What I state about myself is used for this draw only. "
    "The record of the draw has it under a number, for all who took part in it, and is deleted after thirty days. "
    "I can withdraw at any moment, and nobody asks why."
)
Word = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[^\x00]+$")]


class Rung(StrEnum):
    """How much power it gives, lowest first."""

    INFORMING = "informing"
    CONSULTATION = "consultation"
    ENGAGEMENT = "engagement"
    CO_DESIGN = "co_design"
    CO_PRODUCTION = "co_production"


class How(StrEnum):
    """How places are given."""

    DRAW = "draw"
    ALL = "all"


NEEDED = {
    "why": "why it is asked",
    "who_else": "who else takes part",
    "rung": "which rung of the ladder it is",
    "power": "what power it gives",
    "how_long": "how long it takes",
    "support": "what support there is",
    "last_time": "what happened last time",
    "pay_pence": "what is paid (0 with the reason)",
    "expenses": "which expenses are paid, and when",
    "adviser": "whom to ask about benefits",
    "conflict_question": "the question about conflicts of interest",
    "how": "how places are given",
}


class Facts(BaseModel):
    """What members need to decide. `traits` are what one may state for the quotas, each with its values.

    `prep` and `debrief` are occurrences, told to those who have a place.
    """

    model_config = ConfigDict(extra="forbid")

    why: Summary = ""
    who_else: Summary = ""
    rung: Rung | None = None
    power: Summary = ""
    how_long: Summary = ""
    support: Summary = ""
    last_time: Summary = ""
    pay_pence: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    pay_reason: Summary = ""
    expenses: Summary = ""
    adviser: Place = ""
    conflict_question: Summary = ""
    how: How | None = None
    places: Annotated[int, Field(ge=1, le=MOST_PLACES)] | None = None
    traits: Annotated[
        dict[Word, Annotated[list[Word], Field(min_length=1, max_length=12)]], Field(max_length=MOST_QUOTAS)
    ] = {}
    quotas: Annotated[list[Quota], Field(max_length=MOST_QUOTAS)] = []
    prep: UUID | None = None
    debrief: UUID | None = None

    @model_validator(mode="after")
    def _quotas_can_be_read(self) -> Self:
        if any(quota.least < 0 or (quota.most is not None and quota.most < quota.least) for quota in self.quotas):
            raise ValueError("a quota asks for at least 0, and at most no less than that")
        if len({(quota.trait, quota.value) for quota in self.quotas}) < len(self.quotas):
            raise ValueError("there are two quotas for the same thing")
        return self

    def offers(self, trait: str, value: str) -> bool:
        """Whether one can state this."""
        return value in self.traits.get(trait, [])

    def missing(self) -> list[str]:
        """All that members would not be told, in words."""
        missing = [words for name, words in NEEDED.items() if getattr(self, name) in {None, ""}]
        missing += ["why nothing is paid"] if self.pay_pence == 0 and not self.pay_reason else []
        return missing + (["how many places are drawn"] if self.how is How.DRAW and self.places is None else [])


class OpportunityDraft(BaseModel):
    """Something to ask of members. It can be saved with facts missing, and not published."""

    model_config = ConfigDict(extra="forbid")

    title: Title
    facts: Facts = Facts()
    groups: Annotated[list[UUID], Field(max_length=50)] = []
    closes_at: AwareDatetime
    draws_at: AwareDatetime

    @model_validator(mode="after")
    def _closes_before_it_draws(self) -> Self:
        if self.draws_at < self.closes_at:
            raise ValueError("the draw comes when the time to answer is over")
        return self


class OpportunityEdit(BaseModel):
    """What to change; what is left out stays. Once published, quotas can be loosened, and prep and debrief told."""

    model_config = ConfigDict(extra="forbid")

    title: Title | None = None
    facts: Facts = Facts()
    closes_at: AwareDatetime | None = None
    draws_at: AwareDatetime | None = None


class OpportunityView(BaseModel):
    """An opportunity. `seed_digest` is the SHA-256 of the seed of its draw, which is told afterwards.

    `consent` is the version of the words to agree to with a yes. `prep` and `debrief` are null for who has no place.
    """

    id: UUID
    title: str
    facts: Facts
    closes_at: AwareDatetime
    draws_at: AwareDatetime
    published_at: AwareDatetime | None
    drawn_at: AwareDatetime | None
    seed_digest: str | None
    consent: str
    consent_words: str

    @classmethod
    def of(cls, opportunity: Opportunity, *, tells_all: bool) -> Self:
        """As somebody sees it who may."""
        facts = Facts.model_validate(opportunity.facts)
        if not tells_all:
            facts = facts.model_copy(update={"prep": None, "debrief": None})
        return cls(
            id=opportunity.id,
            title=opportunity.title,
            facts=facts,
            closes_at=opportunity.closes_at,
            draws_at=opportunity.draws_at,
            published_at=opportunity.published_at,
            drawn_at=opportunity.drawn_at,
            seed_digest=digest_of(opportunity.seed) if opportunity.seed else None,
            consent=CONSENT,
            consent_words=CONSENT_WORDS,
        )
