from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, ForeignKey, Identity, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.members.models.base import MembersBase, one_of
from services.members.models.vault import Channel
from shared.contracts.members import Purpose
from shared.retention import kept_while_member


class Via(StrEnum):
    """How we came to know of a yes or a no."""

    WEB = "web"
    CHAT = "chat"
    WORKER = "worker"  # somebody who helps the member wrote it down with them
    IMPORT = "import"  # the keeper of a list says that they asked for it


class Consent(MembersBase):
    """A member said yes or no to messages for a purpose over a channel.

    Rows are only ever added; the last one of a purpose and channel counts. They are numbered because a clock may be set
    back. `wording` is what the member had before their eyes, `recorded_by` who wrote it down: None is an
    operator, or by `Via.WORKER` a helper who was erased since.
    """

    __tablename__ = "consents"
    __table_args__ = (Index(None, "member_id", "purpose", "channel", "number"), {"info": kept_while_member()})

    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    purpose: Mapped[Purpose] = mapped_column(one_of(Purpose))
    channel: Mapped[Channel] = mapped_column(one_of(Channel))
    given: Mapped[bool] = mapped_column(Boolean)
    wording: Mapped[str] = mapped_column(Text)
    # No foreign key: the yes or no outlives who wrote it down.
    recorded_by: Mapped[UUID | None]
    via: Mapped[Via] = mapped_column(one_of(Via))
    at: Mapped[datetime]
