from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from services.events.models.base import EventsBase
from shared.contracts.members import Visibility
from shared.retention import kept_while_member, kept_while_used


class Group(EventsBase):
    """A copy of what members says of a group."""

    __tablename__ = "groups"
    __table_args__ = {"info": kept_while_used("a copy, for as long as there is the group")}

    id: Mapped[UUID] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    visibility: Mapped[str] = mapped_column(Text)

    @property
    def is_hidden(self) -> bool:
        """Whether its very existence is a secret."""
        return self.visibility == Visibility.HIDDEN


class GroupMember(EventsBase):
    """A copy of what members says of who belongs to a group; kept even before the group itself is known here."""

    __tablename__ = "group_members"
    __table_args__ = {"info": kept_while_member()}

    member_id: Mapped[UUID] = mapped_column(primary_key=True)
    group_id: Mapped[UUID] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(Text)
