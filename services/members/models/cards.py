from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from services.members.models.base import MembersBase
from shared.ids import new_id
from shared.retention import kept_for, kept_while_member


class Card(MembersBase):
    """A paper card that lets its member in: by the secret in its QR code, or by three words and six digits.

    Neither can be read here. The secret is too long to guess, so a plain hash is enough; the words are not, so
    theirs is keyed.
    """

    __tablename__ = "cards"
    __table_args__ = (Index(None, "member_id"), {"info": kept_while_member()})

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    secret_hash: Mapped[str] = mapped_column(Text, unique=True)
    words_index: Mapped[str] = mapped_column(Text, unique=True)
    issued_at: Mapped[datetime]
    # Who printed it: the member themself, or who helped them. No foreign key: it stays true when that one is gone.
    # None where the operator did, and once whoever issued it was erased: the card is not theirs.
    issued_by: Mapped[UUID | None]
    # Whether its holder may enrol a first second factor: it came from somebody else's hand, and nothing was lost since.
    enrols: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]


class WrongWords(MembersBase):
    """Somebody typed words that are on no card. `asker` is web's hash of where they are, another each day."""

    __tablename__ = "wrong_words"
    __table_args__ = (
        Index(None, "asker", "at"),
        {"info": kept_for(days=1, since="at", why="The limit of an hour looks back on it.")},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    asker: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
