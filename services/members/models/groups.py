import re
import unicodedata
from typing import Self
from uuid import UUID

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.members.models.base import MembersBase, one_of
from shared.contracts.members import Role, Visibility
from shared.ids import new_id
from shared.retention import kept_while_member, kept_while_used

LONGEST_SLUG = 60


class Group(MembersBase):
    """A body of members with its own space."""

    __tablename__ = "groups"
    __table_args__ = {"info": kept_while_used("while there is the group; it says nothing of its members")}

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    visibility: Mapped[Visibility] = mapped_column(one_of(Visibility))

    @classmethod
    def begun(cls, name: str, visibility: Visibility, slug: str | None = None) -> Self:
        """A new group; its short name is made from its name unless one is given."""
        group_id = new_id()
        slug = slug or slug_of(name) or f"group-{group_id.hex[-8:]}"
        return cls(id=group_id, slug=slug, name=name, visibility=visibility)


class Membership(MembersBase):
    """A member's place in a group."""

    __tablename__ = "memberships"
    __table_args__ = {"info": kept_while_member()}

    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"), primary_key=True)
    group_id: Mapped[UUID] = mapped_column(ForeignKey("groups.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(one_of(Role))


def slug_of(name: str) -> str:
    """A name as it stands in an address bar: «Women's Voices» is womens-voices. Empty when no plain letter is in it."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")[:LONGEST_SLUG].strip("-")
