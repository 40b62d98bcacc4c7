from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from services.events.models.base import EventsBase
from services.events.models.roles import A_MONTH_AFTER
from shared.ids import new_id
from shared.retention import kept_while_used


class ListName(StrEnum):
    """The two lists of an evening."""

    TO_DO = "to_do"
    KIT = "kit"


class PlanLine(EventsBase):
    """Something to do for an occurrence, or to bring; `member_id` took it on, if anybody did."""

    __tablename__ = "plan_lines"
    __table_args__ = (Index("ix_plan_lines_occurrence_id", "occurrence_id"), {"info": A_MONTH_AFTER})

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    occurrence_id: Mapped[UUID] = mapped_column(ForeignKey("occurrences.id"))
    list_name: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)
    done: Mapped[bool] = mapped_column(default=False, server_default=false())
    member_id: Mapped[UUID | None]


class Notes(EventsBase):
    """What to remember of an occurrence for next time, and what it may cost; neither is about anybody."""

    __tablename__ = "evening_notes"
    __table_args__ = {"info": kept_while_used("what a group learned, and about nobody")}

    occurrence_id: Mapped[UUID] = mapped_column(ForeignKey("occurrences.id"), primary_key=True)
    words: Mapped[str] = mapped_column(Text, default="", server_default="")
    may_cost_pence: Mapped[int | None]


class Cost(EventsBase):
    """What was paid for an occurrence. `member_id` paid it, until it is given back; None: the forum did.

    `receipt` is the number of the paper that the group keeps.
    """

    __tablename__ = "costs"
    __table_args__ = (
        CheckConstraint("pence > 0", "pence"),
        Index("ix_costs_occurrence_id", "occurrence_id"),
        {"info": kept_while_used("a group's accounts; whom it owes is forgotten when that is given back")},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    occurrence_id: Mapped[UUID] = mapped_column(ForeignKey("occurrences.id"))
    what: Mapped[str] = mapped_column(Text)
    pence: Mapped[int]
    receipt: Mapped[str] = mapped_column(Text, default="", server_default="")
    paid_at: Mapped[datetime]
    member_id: Mapped[UUID | None]
