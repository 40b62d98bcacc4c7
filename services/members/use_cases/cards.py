"""Paper cards: printed, taken back, and shown to be let in."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from services.members.card_words import new_words
from services.members.codes import Codes
from services.members.errors.groups import NoSuchGroup
from services.members.errors.people import NoSuchMember
from services.members.models import Action, Card, How, Member, MemberSession, WrongWords, hashed
from services.members.names import tidied
from services.members.queries.base import locked_members
from services.members.queries.groups import listed_group, people_in
from services.members.queries.sign_in import card_by, cards_of, wrong_words_since
from services.members.schemas.helping import CardInHand
from services.members.schemas.sign_in import MOST_CARDS, CardIssued, CardsWanted, CardView, NamedCard
from services.members.trail import Chain
from services.members.use_cases import audit
from services.members.use_cases.way_in import WayIn
from shared.errors import NotFound
from shared.pages import Page, page_of

SECRET_BYTES = 16
HOUR = timedelta(hours=1)

# Three words and six digits are one of 10^15, so a guess at 10,000 cards hits once in 10^11. The limit is on each place
# that asks, and never on all together: else a stranger could keep everybody from their own card by typing nonsense.
# Who comes without web telling where they are has one share with all others who do.
WRONG_AN_HOUR = 30


def issue_card(
    session: Session, member_id: UUID, *, issued_by: UUID, way_in: WayIn, chain: Chain, now: datetime
) -> CardIssued:
    """A new card for one member, from their own hand or that of who helps them."""
    if not locked_members(session, [member_id]):
        raise NotFound
    issued = _new_card(session, member_id, issued_by=issued_by, way_in=way_in, now=now)
    audit.write(session, chain, issued_by, Action.CARD_ISSUED, [audit.Subject(member_id)], reason="", now=now)
    return issued


def issue_cards(
    session: Session, wanted: CardsWanted, *, actor: str, way_in: WayIn, chain: Chain, now: datetime
) -> Page[NamedCard]:
    """New cards for many, to be printed by an operator. Nobody issued them, so they are enough for a first factor."""
    people, following = _holders(session, wanted)
    cards = [
        NamedCard(**dict(_new_card(session, it.id, issued_by=None, way_in=way_in, now=now)), name=it.name)
        for it in people
    ]
    if people:
        subjects = [audit.Subject(it.id) for it in people]
        audit.write(session, chain, actor, Action.CARD_ISSUED, subjects, reason="", now=now)
    return Page(items=cards, next=following)


def _holders(session: Session, wanted: CardsWanted) -> tuple[list[Member], str | None]:
    if wanted.member_ids is not None:
        found = locked_members(session, wanted.member_ids)
        if unknown := wanted.member_ids - {it.id for it in found}:
            raise NoSuchMember(f"Leave out {min(unknown)}. Nobody got a new card.")
        return found, None
    group = listed_group(session, wanted.group or "")
    if group is None:
        raise NoSuchGroup
    if wanted.name is not None:
        called_so = people_in(group.id).where(Member.name == tidied(wanted.name)).order_by(Member.id)
        return _the_one(session, session.scalars(called_so).all()), None
    people, following = page_of(session, people_in(group.id), [Member.id], after=wanted.after, limit=MOST_CARDS)
    return locked_members(session, [it.id for it in people]), following


def _the_one(session: Session, called_so: Sequence[Member]) -> list[Member]:
    """A card for the wrong person would let them in as somebody else, so nobody guesses."""
    if len(called_so) != 1:
        raise NoSuchMember(f"{len(called_so)} in that group are called so. Nobody got a new card.")
    return locked_members(session, [called_so[0].id])


def _new_card(session: Session, member_id: UUID, *, issued_by: UUID | None, way_in: WayIn, now: datetime) -> CardIssued:
    """The one before lets nobody in any more: it may be why a new one is needed."""
    revoke_cards(session, member_id, now=now)
    secret, words = secrets.token_urlsafe(SECRET_BYTES), new_words()
    card = Card(
        member_id=member_id,
        secret_hash=hashed(secret),
        words_index=way_in.codes.words_index(words),
        issued_at=now,
        issued_by=issued_by,
        enrols=issued_by != member_id,
    )
    session.add(card)
    session.flush()
    return CardIssued(id=card.id, link=way_in.card(secret), words=words)


def list_cards(session: Session, member_id: UUID) -> list[CardView]:
    """The cards that let a member in, without what is on them."""
    return [
        CardView(
            id=card.id,
            issued_at=card.issued_at,
            issued_by_me=card.issued_by == member_id,
            last_used_at=card.last_used_at,
        )
        for card in cards_of(session, member_id)
    ]


def end_my_cards(session: Session, member_id: UUID, this: UUID | None, *, chain: Chain, now: datetime) -> None:
    """Take back a member's cards, and sign out whoever a card let in, but for the session that asks."""
    # Whoever shows one at this moment ends first, and is signed out then.
    locked_members(session, [member_id])
    revoke_cards(session, member_id, now=now)
    by_card = MemberSession.member_id == member_id, MemberSession.how == How.CARD
    session.execute(delete(MemberSession).where(*by_card, MemberSession.id.is_distinct_from(this)))
    audit.write(session, chain, member_id, Action.CARDS_ENDED, [audit.Subject(member_id)], reason="", now=now)


def revoke_cards(session: Session, member_id: UUID, *, now: datetime) -> None:
    """Take back every card of a member."""
    session.execute(update(Card).where(Card.member_id == member_id, Card.revoked_at.is_(None)).values(revoked_at=now))


def card_owner(session: Session, shown: CardInHand, *, asker: str, codes: Codes, now: datetime) -> UUID | None:
    """Whose card somebody holds in their hand, by its QR code or its words."""
    if shown.card:
        return met_by_card(session, shown.card, now)
    return met_by_words(session, shown.words or "", asker, codes, now)


def met_by_card(session: Session, secret: str, now: datetime) -> UUID | None:
    """Whose card has this in its QR code."""
    return _used(session, card_by(session, secret=secret), now)


def met_by_words(session: Session, words: str, asker: str, codes: Codes, now: datetime) -> UUID | None:
    """Whose card has these words; nobody's for a place where too many wrong ones were typed within the hour."""
    if wrong_words_since(session, asker, now - HOUR) >= WRONG_AN_HOUR:
        return None
    card = card_by(session, words_index=codes.words_index(words))
    if card is None:
        session.add(WrongWords(asker=asker, at=now))
    return _used(session, card, now)


def _used(session: Session, card: Card | None, now: datetime) -> UUID | None:
    if card is None:
        return None
    # Whoever takes cards back locks their member: one that is being taken back at this moment is seen as it is then.
    session.get(Member, card.member_id, with_for_update={"key_share": True})
    session.refresh(card)
    if card.revoked_at is not None:
        return None
    card.last_used_at = now
    return card.member_id
