from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from services.members.models.base import MembersBase, one_of
from shared.retention import kept_while_member


class Need(StrEnum):
    """What somebody needs to be able to come."""

    STEP_FREE = "step_free"
    QUIET_SPACE = "quiet_space"
    LARGE_PRINT = "large_print"
    INTERPRETER = "interpreter"
    SOMEONE_WITH_ME = "someone_with_me"
    DOG = "dog"
    LOW_LIGHT = "low_light"
    OTHER = "other"


class SeenBy(StrEnum):
    """Who may read of a need, beside the member and whoever is helping them right now."""

    ME = "me"
    CONVENORS = "convenors"  # of the member's groups


class AccessNeed(MembersBase):
    """Something a member needs, and who may know. Their own words about it are sealed like an address."""

    __tablename__ = "access_needs"
    __table_args__ = {"info": kept_while_member()}

    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"), primary_key=True)
    need: Mapped[Need] = mapped_column(one_of(Need), primary_key=True)
    seen_by: Mapped[SeenBy] = mapped_column(one_of(SeenBy))
    nonce: Mapped[bytes | None] = mapped_column(LargeBinary)
    words: Mapped[bytes | None] = mapped_column(LargeBinary)
