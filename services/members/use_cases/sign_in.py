from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.members.codes import Codes
from services.members.errors.sign_in import SignInRefused
from services.members.links import Links
from services.members.models import How, Member
from services.members.schemas.sign_in import (
    CardShown,
    CodeTyped,
    LinkOpened,
    SessionBegun,
    SignIn,
    TokenOpened,
    WordsTyped,
)
from services.members.trail import Chain
from services.members.use_cases.cards import met_by_card, met_by_words
from services.members.use_cases.challenges import met_by_code, met_by_link
from services.members.use_cases.lost_phone import lose_phone
from services.members.use_cases.sessions import open_session
from shared.auth import Signer


def begin_session(
    session: Session,
    shown: SignIn,
    *,
    asker: str,
    links: Links,
    codes: Codes,
    chain: Chain,
    signer: Signer,
    now: datetime,
) -> SessionBegun:
    """Sign a device in with whatever its owner shows. `asker` is where they are, as far as web tells."""
    met: UUID | None
    match shown:
        case LinkOpened():
            met, how = _met_by_own_link(session, shown.link, links, now), How.LINK
        case CodeTyped():
            met, how = met_by_code(session, shown, codes=codes, now=now), How.CODE
        case TokenOpened():
            met, how = met_by_link(session, shown, codes=codes, now=now), How.LINK
        case CardShown():
            met, how = met_by_card(session, shown.card, now), How.CARD
        case WordsTyped():
            met, how = met_by_words(session, shown.words, asker, codes, now), How.CARD
    member = session.get(Member, met) if met else None
    if member is None:
        raise SignInRefused
    if isinstance(shown, CardShown | WordsTyped) and shown.lost_phone:
        lose_phone(session, member, chain=chain, now=now)
    return open_session(session, member, how, own_device=shown.own_device, signer=signer, now=now)


def _met_by_own_link(session: Session, code: str, links: Links, now: datetime) -> UUID | None:
    link = links.read(code, now.date())
    # Locked, so that a link that is being taken back at this moment is seen as it is then.
    held = {"read": True, "key_share": True}
    member = session.get(Member, link.member_id, with_for_update=held) if link else None
    return member.id if link and member and link.day >= member.links_valid_from else None
