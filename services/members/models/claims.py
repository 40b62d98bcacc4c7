from datetime import datetime
from typing import Self
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.members.models.base import MembersBase, one_of
from services.members.models.sign_in import Challenge
from services.members.models.vault import Channel, MemberKey
from services.members.vault import Vault
from shared.retention import kept_for


class AddressClaim(MembersBase):
    """A member says that an address is theirs; whoever enters the code that is sent there shows that it is.

    Until then it is no address of theirs. Several may claim one: whose it is already is told to nobody. The code may go
    another way than the address is for: that of a WhatsApp number goes by text, as its challenge says.
    """

    __tablename__ = "address_claims"
    __table_args__ = (
        Index(None, "member_id"),
        Index(None, "claimed_at"),
        {"info": kept_for(days=1, since="claimed_at", why="Its code works for minutes.")},
    )

    # No foreign key: the limits of a day look back on challenges that outlive their claims.
    challenge_id: Mapped[UUID] = mapped_column(primary_key=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    channel: Mapped[Channel] = mapped_column(one_of(Channel))
    nonce: Mapped[bytes] = mapped_column(LargeBinary)
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)
    blind_index: Mapped[str] = mapped_column(Text)
    claimed_at: Mapped[datetime]

    @classmethod
    def made(cls, challenge: Challenge, key: MemberKey, channel: Channel, address: str, vault: Vault) -> Self:
        """A member's claim, sealed with their key."""
        sealed = vault.seal(key.member_id, key.wrapped, channel, address)
        return cls(
            challenge_id=challenge.id,
            member_id=key.member_id,
            channel=channel,
            nonce=sealed.nonce,
            ciphertext=sealed.ciphertext,
            blind_index=vault.index(channel, address),
            claimed_at=challenge.asked_at,
        )
