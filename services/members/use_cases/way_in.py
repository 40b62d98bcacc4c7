from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.members.codes import Codes
from services.members.models import Challenge, Channel
from services.members.schemas.vault import Found, Wanted


@dataclass(frozen=True)
class WayIn:
    """What lets people in, and the page where it does."""

    codes: Codes
    public_url: str

    def link(self, challenge_id: UUID) -> str:
        """The address of a link that was asked for."""
        return f"{self.public_url}/in#{self.codes.link(challenge_id)}"

    def card(self, secret: str) -> str:
        """The address in a card's QR code."""
        return f"{self.public_url}/in#card.{secret}"

    def beside(self, session: Session, wanted: Wanted, found: Found, now: datetime) -> Found:
        """An address with the code that goes there: to nobody but who asked for it, there, while it works."""
        challenge = session.get(Challenge, wanted.challenge_id) if wanted.challenge_id else None
        if challenge is None or found.address is None or not challenge.is_open(now):
            return found
        if (challenge.member_id, challenge.channel, challenge.blind_index) != (
            found.member_id,
            found.channel,
            found.index,
        ):
            return found
        link = self.link(challenge.id) if challenge.channel is Channel.EMAIL else None
        return found.model_copy(update={"code": self.codes.code(challenge.id), "sign_in_link": link})
