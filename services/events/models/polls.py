from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.events.errors.polls import PollClosed
from services.events.models.base import PROGRAMME, WALL_TIME, EventsBase
from services.events.tally import PollKind
from shared.ids import new_id
from shared.retention import kept_for

WHO_SAID_WHAT = kept_for(days=30, since="polls.closes_at", by="poll_id")


class PollOption(EventsBase):
    """What can be chosen: words, or a date in the poll's zone. It outlives the idea that it came from."""

    __tablename__ = "poll_options"
    __table_args__ = (Index("ix_poll_options_poll_id", "poll_id"), {"info": PROGRAMME})

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.id", ondelete="CASCADE"))
    words: Mapped[str] = mapped_column(Text)
    starts: Mapped[datetime | None] = mapped_column(WALL_TIME)
    ends: Mapped[datetime | None] = mapped_column(WALL_TIME)
    most: Mapped[int | None]
    idea_id: Mapped[UUID | None] = mapped_column(ForeignKey("ideas.id", ondelete="SET NULL"))
    activity_id: Mapped[UUID | None] = mapped_column(ForeignKey("activities.id"))


class Poll(EventsBase):
    """A question to a group. It outlives its maker, and its result those who answered.

    `needs` is how many yes an option needs to win. `remind_at` is when those who have not answered are told, None once
    they were. `result` is there when it is closed, and is then the one truth about it.
    """

    __tablename__ = "polls"
    __table_args__ = (
        Index("ix_polls_group_id_id", "group_id", "id"),
        Index("ix_polls_closes_at", "closes_at", postgresql_where=text("closed_at IS NULL")),
        Index("ix_polls_remind_at", "remind_at", postgresql_where=text("remind_at IS NOT NULL")),
        {"info": PROGRAMME},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    group_id: Mapped[UUID] = mapped_column(ForeignKey("groups.id"))
    made_by: Mapped[UUID | None]
    question: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    timezone: Mapped[str] = mapped_column(Text)
    closes_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    remind_at: Mapped[datetime | None]
    is_secret: Mapped[bool]
    hides_results: Mapped[bool]
    voters_add: Mapped[bool]
    needs_host: Mapped[bool]
    needs: Mapped[int | None]
    result: Mapped[dict[str, Any] | None]

    options: Mapped[list[PollOption]] = relationship(order_by=PollOption.id, lazy="selectin")

    @property
    def counts_as(self) -> PollKind:
        """How it is answered."""
        return PollKind(self.kind)

    def is_open(self, now: datetime) -> bool:
        """Whether it can be answered."""
        return self.closed_at is None and now < self.closes_at

    def refuse_unless_open(self, now: datetime) -> None:
        """Raises PollClosed."""
        if not self.is_open(now):
            raise PollClosed("Look at what it came to, or make another one.")


class PollVote(EventsBase):
    """An open ballot, which its voter may change until the poll closes. A month later the result alone is left.

    `choices` are options in order, `dates` says of each date whether they can come, `can_host` which they would host.
    """

    __tablename__ = "poll_votes"
    __table_args__ = (Index("ix_poll_votes_member_id", "member_id"), {"info": WHO_SAID_WHAT})

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[UUID] = mapped_column(primary_key=True)
    voted_at: Mapped[datetime]
    choices: Mapped[list[str]]
    dates: Mapped[dict[str, Any]]
    can_host: Mapped[list[str]]


class PollVoter(EventsBase):
    """That a member has voted in a secret poll, and nothing else: neither what nor when."""

    __tablename__ = "poll_voters"
    __table_args__ = (Index("ix_poll_voters_member_id", "member_id"), {"info": WHO_SAID_WHAT})

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[UUID] = mapped_column(primary_key=True)


class BallotBox(EventsBase):
    """A secret poll's ballots: how many there are of each, in one row. No ballot has a row, a time or a place in it."""

    __tablename__ = "ballot_boxes"
    __table_args__ = {"info": WHO_SAID_WHAT}

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.id", ondelete="CASCADE"), primary_key=True)
    ballots: Mapped[dict[str, Any]] = mapped_column(default=dict)
    cast: Mapped[int] = mapped_column(default=0)
