import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID
from zlib import crc32

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.events.models.base import EventsBase
from shared.retention import kept_for, kept_while_member

# How many are needed in each role, by its kind.
Needs = Mapping[str, int]
A_MONTH_AFTER = kept_for(days=30, since="occurrences.ends_at", by="occurrence_id")


class RolesOfActivity:
    """The roles that every date of an activity needs, unless the date says otherwise."""

    roles: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))


class RolesOfDate:
    """The roles that this date needs; None for those of its activity."""

    roles: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))


class Helper(EventsBase):
    """A member who took a role at an occurrence. Whoever has one said that they come."""

    __tablename__ = "helpers"
    __table_args__ = (Index("ix_helpers_member_id", "member_id"), {"info": A_MONTH_AFTER})

    occurrence_id: Mapped[UUID] = mapped_column(ForeignKey("occurrences.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    member_id: Mapped[UUID] = mapped_column(primary_key=True)
    taken_at: Mapped[datetime]


class Cover(EventsBase):
    """That somebody is looked for who takes a role at an occurrence.

    `due_at` is when to ask the next; None when everybody was asked who wished to be.
    """

    __tablename__ = "covers"
    __table_args__ = (
        Index("ix_covers_due_at", "due_at", postgresql_where=text("due_at IS NOT NULL")),
        {"info": A_MONTH_AFTER},
    )

    occurrence_id: Mapped[UUID] = mapped_column(ForeignKey("occurrences.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    due_at: Mapped[datetime | None]


class CoverAsked(EventsBase):
    """That a member is not to be asked again for a role at an occurrence, and until when they think about it.

    Who was asked, who said no and who gave the role back all look the same: nothing here says what anybody refused.
    """

    __tablename__ = "cover_asks"
    __table_args__ = (Index("ix_cover_asks_member_id", "member_id"), {"info": A_MONTH_AFTER})

    occurrence_id: Mapped[UUID] = mapped_column(ForeignKey("occurrences.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    member_id: Mapped[UUID] = mapped_column(primary_key=True)
    asked_at: Mapped[datetime]
    open_until: Mapped[datetime]


class RoleWish(EventsBase):
    """A kind of role that a member wishes to be asked for when somebody is missing."""

    __tablename__ = "role_wishes"
    __table_args__ = (Index("ix_role_wishes_kind", "kind"), {"info": kept_while_member()})

    member_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)


def version_of(content: Any) -> int:
    """A number that is another one when anything of it is. `content` is as JSON has it."""
    return crc32(json.dumps(content, sort_keys=True, default=str).encode())
