from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.members.models.base import MembersBase, one_of
from shared.contracts.members import Role
from shared.ids import new_id
from shared.retention import kept_for


class Invitation(MembersBase):
    """A group's word that whoever holds the code may come in. The code was shown once; here is only its keyed hash.

    A guest comes along with who made it, until `stays_until` if that is said. A worker gets into a hidden group only by
    one that is `for_worker`.
    """

    __tablename__ = "invitations"
    __table_args__ = (
        CheckConstraint("uses_left >= 0", "uses_left"),
        Index(None, "group_id"),
        Index(None, "made_by"),
        {"info": kept_for(days=1, since="expires_at", why="it works no more")},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    group_id: Mapped[UUID] = mapped_column(ForeignKey("groups.id"))
    made_by: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    role: Mapped[Role] = mapped_column(one_of(Role))
    for_worker: Mapped[bool] = mapped_column(Boolean)
    code_hash: Mapped[str] = mapped_column(Text, unique=True)
    uses_left: Mapped[int]
    expires_at: Mapped[datetime]
    stays_until: Mapped[datetime | None]


class WrongCode(MembersBase):
    """A member tried a code that opens nothing. Kept to count them, for the hour in which they count."""

    __tablename__ = "wrong_codes"
    __table_args__ = (
        Index(None, "member_id", "at"),
        {"info": kept_for(days=1, since="at", why="wrong codes of the last hour are counted")},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    at: Mapped[datetime]
