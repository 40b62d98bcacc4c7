"""Two records that are of one person, joined as whoever has them would join them."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from services.members.models import Card, Merge
from services.members.use_cases import confirm_merge
from tests.members.builders import HOUSE, NOW
from tests.members.group_builders import caller_of


def given_proposal(session: Session, keep: UUID, gone: UUID, now: datetime = NOW) -> UUID:
    """Somebody said, as the one, that the other is theirs too, with a card of it that somebody else made."""
    session.add(Card(member_id=gone, secret_hash=str(uuid4()), words_index=str(uuid4()), issued_at=now, enrols=True))
    merge = Merge(keep_id=keep, gone_id=gone, proposed_by=keep, proposed_at=now)
    session.add(merge)
    session.flush()
    return merge.id


def confirm(session: Session, merge: UUID, keep: UUID, now: datetime = NOW) -> None:
    confirm_merge(session, merge, caller_of(keep), house=HOUSE, now=now)
    session.expire_all()


def merge(session: Session, keep: UUID, gone: UUID) -> None:
    confirm(session, given_proposal(session, keep, gone), keep)
