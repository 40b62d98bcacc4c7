from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.members.majority import State
from services.members.models.base import MembersBase, one_of
from shared.ids import new_id
from shared.retention import kept_for, kept_while_used

VOTING_LASTS = timedelta(days=7)


class Kind(StrEnum):
    """What a group decides by vote, always about one person."""

    ADMIT = "admit"
    ELECT = "elect"
    STAND_DOWN = "stand_down"


class JoinRequest(MembersBase):
    """Somebody asks to join a group. It is gone once it is decided or withdrawn."""

    __tablename__ = "join_requests"
    __table_args__ = (
        Index(None, "group_id", "member_id"),
        {"info": kept_for(days=90, since="asked_at", why="nobody answered; they may ask again")},
    )

    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    group_id: Mapped[UUID] = mapped_column(ForeignKey("groups.id"), primary_key=True)
    asked_at: Mapped[datetime]


class Motion(MembersBase):
    """Something a group decides by vote. Once it is decided only the counts are left, and nobody's vote."""

    __tablename__ = "motions"
    __table_args__ = (
        # One question is put once at a time.
        Index(
            "uq_motions_open", "group_id", "kind", "about_member", unique=True, postgresql_where=text("state = 'open'")
        ),
        Index(None, "group_id", "id"),
        Index(None, "about_member"),
        Index(None, "raised_by"),
        {"info": kept_for(days=365, since="closes_at", why="a year of decisions is enough to look back on")},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    group_id: Mapped[UUID] = mapped_column(ForeignKey("groups.id"))
    kind: Mapped[Kind] = mapped_column(one_of(Kind))
    about_member: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    raised_by: Mapped[UUID | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    raised_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    state: Mapped[State] = mapped_column(one_of(State), default=State.OPEN)
    yes: Mapped[int | None]
    no: Mapped[int | None]

    @classmethod
    def raised(cls, group_id: UUID, kind: Kind, about: UUID, by: UUID, now: datetime) -> Self:
        """A motion that the group votes on for seven days from now."""
        return cls(
            id=new_id(),
            group_id=group_id,
            kind=kind,
            about_member=about,
            raised_by=by,
            raised_at=now,
            closes_at=now + VOTING_LASTS,
            state=State.OPEN,
        )

    def is_open(self, now: datetime) -> bool:
        """Whether it can still be voted on."""
        return self.state is State.OPEN and now < self.closes_at


class MotionVote(MembersBase):
    """What somebody says to a motion while it is open. It has no time, and is deleted when the motion is decided."""

    __tablename__ = "motion_votes"
    __table_args__ = (
        Index(None, "member_id"),
        {"info": kept_while_used("deleted when its motion is decided, within seven days")},
    )

    motion_id: Mapped[UUID] = mapped_column(ForeignKey("motions.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    yes: Mapped[bool] = mapped_column(Boolean)
