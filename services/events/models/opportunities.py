from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from services.events.models.base import EventsBase
from shared.ids import new_id
from shared.retention import kept_for, kept_while_used

TURNS_COUNT = timedelta(days=730)
RECEIPTS_LAST = 365
RECORDS_LAST = 30


class Reply(StrEnum):
    """What a member says when the programme asks them."""

    YES = "yes"
    NO = "no"
    LATER = "later"


class Standing(StrEnum):
    """Where somebody is who said yes, once it is known."""

    PLACE = "place"
    RESERVE = "reserve"
    ASKED = "asked"  # a place came free, and is held for them


class Opportunity(EventsBase):
    """Something the programme asks of members, run by a worker. `facts` are its words and rules, by their names.

    `seed` is what its draw will follow from, made when it is published. `wanted` is how many took part in the draw.
    """

    __tablename__ = "opportunities"
    __table_args__ = (
        CheckConstraint("draws_at >= closes_at", "draws_after"),
        Index(None, "draws_at"),
        {"info": kept_while_used("what the programme asked for, and about nobody once its worker is gone")},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    run_by: Mapped[UUID | None] = mapped_column(index=True)
    title: Mapped[str] = mapped_column(Text)
    facts: Mapped[dict[str, Any]]
    closes_at: Mapped[datetime]
    draws_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=0)
    published_at: Mapped[datetime | None]
    drawn_at: Mapped[datetime | None]
    seed: Mapped[str | None] = mapped_column(Text)
    wanted: Mapped[int | None]

    @property
    def is_open(self) -> bool:
        """Whether members see it."""
        return self.published_at is not None

    def takes_answers(self, now: datetime) -> bool:
        """Whether one can still say yes."""
        return self.is_open and self.drawn_at is None and now < self.closes_at


class AskedGroup(EventsBase):
    """A group that is to hear of an opportunity; one that is not open hears of it when its convenor lets it in."""

    __tablename__ = "asked_groups"
    __table_args__ = {"info": kept_while_used("it goes with its opportunity")}

    opportunity_id: Mapped[UUID] = mapped_column(ForeignKey("opportunities.id"), primary_key=True)
    group_id: Mapped[UUID] = mapped_column(ForeignKey("groups.id"), primary_key=True, index=True)
    let_in_at: Mapped[datetime | None]


class OpportunityReply(EventsBase):
    """What a member said to an opportunity, and what became of it.

    `consent` is the version of the words they agreed to. `number` stands for them in the draw. What they stated is
    emptied by the draw, whose record has it by number. `turns` and `chance` are what their receipt explains.
    """

    __tablename__ = "opportunity_replies"
    __table_args__ = (
        UniqueConstraint("opportunity_id", "number"),
        Index(None, "member_id"),
        {"info": kept_for(days=RECEIPTS_LAST, since="opportunities.closes_at", by="opportunity_id")},
    )

    opportunity_id: Mapped[UUID] = mapped_column(ForeignKey("opportunities.id"), primary_key=True)
    member_id: Mapped[UUID] = mapped_column(primary_key=True)
    reply: Mapped[str] = mapped_column(Text)
    replied_at: Mapped[datetime]
    consent: Mapped[str | None] = mapped_column(Text)
    conflict: Mapped[bool] = mapped_column(default=False, server_default=false())
    stated: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    number: Mapped[int | None]
    turns: Mapped[int | None]
    chance: Mapped[str | None] = mapped_column(Text)
    standing: Mapped[str | None] = mapped_column(Text)
    reserve: Mapped[int | None]
    asked_until: Mapped[datetime | None]

    def withdraw(self) -> None:
        """Be a no from now on, as if nothing else had been said."""
        self.reply, self.consent, self.conflict, self.stated = Reply.NO, None, False, {}
        self.number = self.turns = self.chance = None
        self.standing = self.reserve = self.asked_until = None

    def outranks(self, other: Self) -> bool:
        """Whether this is the one to keep of two that one person gave."""
        return self._rank() > other._rank()

    def _rank(self) -> tuple[int, datetime]:
        standings = [None, Standing.RESERVE, Standing.ASKED, Standing.PLACE]
        return standings.index(None if self.standing is None else Standing(self.standing)), self.replied_at


class Turn(EventsBase):
    """A member was drawn for a place. How many such turns they had lately counts in the next draw."""

    __tablename__ = "turns"
    __table_args__ = (Index(None, "member_id"), {"info": kept_for(days=TURNS_COUNT.days, since="had_at")})

    opportunity_id: Mapped[UUID] = mapped_column(ForeignKey("opportunities.id"), primary_key=True)
    member_id: Mapped[UUID] = mapped_column(primary_key=True)
    had_at: Mapped[datetime]


class HeldDraw(EventsBase):
    """The record of a draw, for those who took part: with it anybody can draw again."""

    __tablename__ = "held_draws"
    __table_args__ = {"info": kept_for(days=RECORDS_LAST, since="drawn_at")}

    opportunity_id: Mapped[UUID] = mapped_column(ForeignKey("opportunities.id"), primary_key=True)
    drawn_at: Mapped[datetime]
    record: Mapped[dict[str, Any]]
