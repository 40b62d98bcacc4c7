"""A Telegram chat becomes a member's own when they send our bot, from there, what they were shown while signed in."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from services.members.codes import Codes
from services.members.errors.sign_in import CodeRefused
from services.members.models import CODE_LASTS, Challenge, Channel, MemberKey
from services.members.queries.sign_in import locked_index
from services.members.queries.vault import address_at
from services.members.schemas.addresses import ChatShown, TelegramStart
from services.members.use_cases.challenges import require_few_links
from services.members.use_cases.house import House, require_offered
from services.members.use_cases.owning import Proven, may_have, own_address


def begin_telegram(session: Session, member_id: UUID, *, house: House, codes: Codes, now: datetime) -> TelegramStart:
    """What a member sends to the bot within ten minutes, once."""
    require_offered(Channel.TELEGRAM, house)
    require_few_links(session, member_id, Channel.TELEGRAM, now=now)
    challenge = Challenge(id=uuid4(), channel=Channel.TELEGRAM, member_id=member_id, asked_at=now)
    session.add(challenge)
    return TelegramStart(start=codes.telegram(challenge.id), expires_in=int(CODE_LASTS.total_seconds()))


def own_chat(session: Session, shown: ChatShown, *, house: House, codes: Codes, now: datetime) -> None:
    """Make the chat that it came from the address of whoever was shown it; raises CodeRefused, whatever is wrong."""
    challenge_id = codes.read_telegram(shown.start)
    challenge = session.get(Challenge, challenge_id, with_for_update=True) if challenge_id else None
    if challenge is None or challenge.member_id is None or not challenge.is_open(now):
        raise CodeRefused
    challenge.used_at = now
    key = session.get_one(MemberKey, challenge.member_id)
    proven = Proven.of(key, Channel.TELEGRAM, shown.chat, house.vault)
    locked_index(session, proven.blind_index)
    if not may_have(address_at(session, Channel.TELEGRAM, proven.blind_index), proven.member_id, now):
        raise CodeRefused
    own_address(session, proven, by=proven.member_id, reason="by writing to us", chain=house.chain, now=now)
