import re
import unicodedata
from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from services.members.models.base import MembersBase, one_of
from shared.contracts.members import Role, Visibility
from shared.ids import new_id
from shared.retention import kept_for, kept_while_member, kept_while_used

LONGEST_SLUG = 60


class AdmitsBy(StrEnum):
    """Who says yes to somebody who asks to join."""

    CONVENOR = "convenor"
    VOTE = "vote"


class Happening(StrEnum):
    """What a group's log tells its members."""

    WORKER_INVITED = "worker_invited"
    WORKER_JOINED = "worker_joined"
    WORKER_LEFT = "worker_left"
    NO_CONVENOR = "no_convenor"
    VISIBILITY_CHANGED = "visibility_changed"


class Group(MembersBase):
    """A body of members with its own space. `accepts_asks`: the programme may ask things of it there."""

    __tablename__ = "groups"
    __table_args__ = {"info": kept_while_used("while there is the group; it says nothing of its members")}

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    visibility: Mapped[Visibility] = mapped_column(one_of(Visibility))
    admits_by: Mapped[AdmitsBy] = mapped_column(
        one_of(AdmitsBy), default=AdmitsBy.CONVENOR, server_default=text("'convenor'")
    )
    accepts_asks: Mapped[bool] = mapped_column(Boolean, default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=0, server_default=text("0"))

    @property
    def is_hidden(self) -> bool:
        """Whether its very existence is a secret."""
        return self.visibility is Visibility.HIDDEN

    @classmethod
    def begun(cls, name: str, visibility: Visibility, slug: str | None = None) -> Self:
        """A new group; its short name is made from its name unless one is given."""
        group_id = new_id()
        slug = slug or slug_of(name) or f"group-{group_id.hex[-8:]}"
        asks = visibility is Visibility.OPEN
        return cls(id=group_id, slug=slug, name=name, visibility=visibility, accepts_asks=asks)


class Membership(MembersBase):
    """A member's place in a group. A guest comes along with a member, and stays until a time if one was said."""

    __tablename__ = "memberships"
    __table_args__ = (
        Index(None, "group_id"),
        Index(None, "came_with"),
        Index(None, "until"),
        {"info": kept_while_member()},
    )

    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"), primary_key=True)
    group_id: Mapped[UUID] = mapped_column(ForeignKey("groups.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(one_of(Role))
    joined_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    came_with: Mapped[UUID | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    until: Mapped[datetime | None]

    @property
    def is_guest(self) -> bool:
        """Whether they come along with somebody, and have no say in the group."""
        return self.role is Role.GUEST

    def become(self, role: Role) -> None:
        """Be this in the group from now on, in one's own right."""
        self.role, self.came_with, self.until = role, None, None


class ListedPlace(MembersBase):
    """A list said once that this member is in a group. It says nothing of whether they still are.

    The group is told by a keyed hash: nobody reads here which groups, hidden ones too, somebody was ever in.
    """

    __tablename__ = "listed_places"
    __table_args__ = {"info": kept_while_member()}

    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"), primary_key=True)
    place_hash: Mapped[str] = mapped_column(Text, primary_key=True)


class GroupNote(MembersBase):
    """What a group's members may know of what happened in it: what workers did there, and what changed for all.

    Nothing is written here of a member who is no worker, least of all that they left.
    """

    __tablename__ = "group_log"
    __table_args__ = (
        Index(None, "group_id", "id"),
        Index(None, "member_id"),
        Index(None, "by"),
        {"info": kept_for(days=730, since="at", why="two years of what happened is enough to look back on")},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    group_id: Mapped[UUID] = mapped_column(ForeignKey("groups.id"))
    at: Mapped[datetime]
    what: Mapped[Happening] = mapped_column(one_of(Happening))
    member_id: Mapped[UUID | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    by: Mapped[UUID | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))


def slug_of(name: str) -> str:
    """A name as it stands in an address bar: «Women's Voices» is womens-voices. Empty when no plain letter is in it."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")[:LONGEST_SLUG].strip("-")
