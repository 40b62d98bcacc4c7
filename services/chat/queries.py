from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.chat.models import Contact, Inbound


def take_turns(session: Session, address_index: str) -> None:
    """Wait until no other text of this address is being dealt with; it holds until the transaction ends."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(address_index, 0))))


def dealt_with(session: Session, provider: str, message_id: str) -> Inbound | None:
    """The same text, if it came before."""
    return session.get(Inbound, (provider, message_id))


def contact_of(session: Session, address_index: str) -> Contact | None:
    """The conversation with an address."""
    return session.get(Contact, address_index)
