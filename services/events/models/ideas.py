from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, func, select
from sqlalchemy.orm import Mapped, column_property, mapped_column

from services.events.models.base import EventsBase
from shared.ids import new_id
from shared.retention import kept_while_member


class IdeaState(StrEnum):
    """Where an idea stands."""

    DRAFT = "draft"  # its writer alone sees it
    POSTED = "posted"
    WITHDRAWN = "withdrawn"  # by its writer; those who supported it still see it
    RETIRED = "retired"  # by a convenor, who says why


class Ending(StrEnum):
    """Why an idea is open no more."""

    DUPLICATED = "duplicated"
    DONE = "done"
    NOT_POSSIBLE = "not_possible"
    CHANGED_MIND = "changed_mind"


class IdeaSupport(EventsBase):
    """That a member would like an idea to happen. It is counted; nobody is shown whose it is."""

    __tablename__ = "idea_supports"
    __table_args__ = (Index("ix_idea_supports_member_id", "member_id"), {"info": kept_while_member()})

    idea_id: Mapped[UUID] = mapped_column(ForeignKey("ideas.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[UUID] = mapped_column(primary_key=True)


class Idea(EventsBase):
    """One sentence that a member would like their group to do. Erasing the member deletes it, and its support.

    `ending` and `why` say why it is open no more; `activity_id` is what became of it.
    """

    __tablename__ = "ideas"
    __table_args__ = (
        Index("ix_ideas_group_id_id", "group_id", "id"),
        Index("ix_ideas_member_id", "member_id"),
        {"info": kept_while_member()},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    group_id: Mapped[UUID] = mapped_column(ForeignKey("groups.id"))
    member_id: Mapped[UUID]
    words: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, default=IdeaState.DRAFT)
    written_at: Mapped[datetime]
    ending: Mapped[str | None] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text, default="")
    activity_id: Mapped[UUID | None] = mapped_column(ForeignKey("activities.id"))

    support: Mapped[int] = column_property(
        select(func.count())
        .where(IdeaSupport.idea_id == id)  # noqa: A003  # the column above
        .correlate_except(IdeaSupport)
        .scalar_subquery()
    )

    def end(self, state: IdeaState, ending: Ending, why: str) -> None:
        """Let it be open no more."""
        self.state, self.ending, self.why = state, ending, why
