from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from services.events.models import Cost, ListName, PlanLine
from services.events.plain_text import one_line
from services.events.schemas.words import Place, Summary, Title, example

MOST_PENCE = 1_000_000
LONGEST_RECEIPT = 40

Pence = Annotated[int, Field(ge=1, le=MOST_PENCE, strict=True)]
Receipt = Annotated[
    str, StringConstraints(max_length=LONGEST_RECEIPT), AfterValidator(lambda text: one_line(text, LONGEST_RECEIPT))
]


class LineDraft(BaseModel):
    """Something to do, or to bring."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=example({"list": "kit", "words": "Two kettles"}))

    list_name: Annotated[ListName, Field(alias="list")]
    words: Title


class LineEdit(BaseModel):
    """What to change; what is left out stays. `mine`: whether the caller takes it on."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=example({"mine": True}))

    words: Title | None = None
    done: bool | None = None
    mine: bool | None = None


class LineView(BaseModel):
    """A line of the plan. `member_id` took it on; the group's own list of members says by which name they go."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    words: str
    done: bool
    member_id: UUID | None

    @classmethod
    def some(cls, lines: list[PlanLine], name: ListName) -> list[Self]:
        """Those of one of the lists."""
        return [cls.model_validate(line) for line in lines if line.list_name == name]


class NotesDraft(BaseModel):
    """What to remember for next time; empty takes it away."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=example({"words": "Bring a longer cable."}))

    words: Summary


class NotesView(BaseModel):
    """What to remember for next time."""

    words: str


class LastTime(BaseModel):
    """What was to be remembered of the date before."""

    starts: datetime
    words: str


class RoleTaken(BaseModel):
    """A role, how many it needs and who took it, by their ids."""

    kind: str
    needed: int
    member_ids: list[UUID]
    looking: bool


class PlanView(BaseModel):
    """Everything that is planned for an occurrence, for the group. People are ids, whom the group can name."""

    occurrence_id: UUID
    roles: list[RoleTaken]
    to_do: list[LineView]
    kit: list[LineView]
    notes: str
    last_time: LastTime | None


class CostDraft(BaseModel):
    """What was paid, in pence. `give_back`: the caller paid it; otherwise the forum did.

    `receipt` is the number that is written on the paper, which the group keeps.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra=example({"what": "Milk and bread", "pence": 640, "receipt": "17", "give_back": True}),
    )

    what: Title
    pence: Pence
    receipt: Receipt = ""
    give_back: bool = False


class BudgetDraft(BaseModel):
    """What an evening may cost, in pence; null when nothing is said."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=example({"may_cost_pence": 3000}))

    may_cost_pence: Annotated[int, Field(ge=0, le=MOST_PENCE, strict=True)] | None


class CostView(BaseModel):
    """What was paid. `member_id` is whom it is owed to, for them and for those who run the evening."""

    id: UUID
    what: Place
    pence: int
    receipt: str
    give_back: bool
    member_id: UUID | None

    @classmethod
    def of(cls, cost: Cost, *, sees_whom: bool) -> Self:
        """A cost as the group sees it, or as those do who settle it."""
        return cls(
            id=cost.id,
            what=cost.what,
            pence=cost.pence,
            receipt=cost.receipt,
            give_back=cost.member_id is not None,
            member_id=cost.member_id if sees_whom else None,
        )


class CostsView(BaseModel):
    """What an evening may cost and what it did, in pence."""

    may_cost_pence: int | None
    cost_pence: int
    items: list[CostView]


class MonthView(BaseModel):
    """What a group spent on the evenings of a month, in pence."""

    month: str
    cost_pence: int
    evenings: int


class MonthsView(BaseModel):
    """What a group spent, month by month, the latest first."""

    items: list[MonthView]
