from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, bindparam, func, select
from sqlalchemy.orm import Session

from services.members.models import (
    Card,
    Challenge,
    Channel,
    MemberSession,
    WrongWords,
    hashed,
)
from shared.auth import Caller


def session_by_secret(session: Session, secret: str, now: datetime) -> MemberSession | None:
    """The session a device holds the secret of, while it lasts."""
    found = session.get(MemberSession, hashed(secret))
    return found if found and found.expires_at > now else None


def session_of_caller(session: Session, caller: Caller, now: datetime) -> MemberSession | None:
    """The session a token is of, while it lasts; locked, so that two requests do not both change it."""
    mine = select(MemberSession).where(
        MemberSession.id == caller.session_id,
        MemberSession.member_id == caller.member_id,
        MemberSession.expires_at > now,
    )
    return session.scalar(mine.with_for_update())


class Asked(NamedTuple):
    """How often somebody asked to be let in of late: at one address, from one place, and by text altogether."""

    address_an_hour: int
    address_a_day: int
    asker_an_hour: int
    texts_an_hour: int


def _count(*which: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).select_from(Challenge).where(*which).scalar_subquery()


_AT_ADDRESS = Challenge.blind_index == bindparam("index")
_THIS_HOUR = Challenge.asked_at > bindparam("hour")
# Made once: it is run for whoever knocks, ten thousand times if need be.
ASKED = select(
    _count(_AT_ADDRESS, _THIS_HOUR),
    _count(_AT_ADDRESS, Challenge.asked_at > bindparam("day")),
    _count(Challenge.asker == bindparam("asker"), _THIS_HOUR),
    _count(Challenge.channel.in_((Channel.SMS, Channel.WHATSAPP)), Challenge.member_id.is_not(None), _THIS_HOUR),
)


def sessions_of(session: Session, member_id: UUID, now: datetime) -> list[MemberSession]:
    """Where a member is signed in, the latest used first."""
    query = select(MemberSession).where(MemberSession.member_id == member_id, MemberSession.expires_at > now)
    return list(session.scalars(query.order_by(MemberSession.last_seen_at.desc())))


def locked_index(session: Session, index: str) -> None:
    """Wait until nobody else is counting for this address."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(index, 0))))


def asked_lately(session: Session, index: str, asker: str, *, hour: datetime, day: datetime) -> Asked:
    """How often somebody asked since `hour` and since `day`."""
    facts = {"index": index, "asker": asker, "hour": hour, "day": day}
    return Asked._make(session.execute(ASKED, facts).one())


def links_lately(
    session: Session, member_id: UUID, channel: Channel | None, *, hour: datetime, day: datetime
) -> tuple[int, int]:
    """How many links a member was given since `hour` and since `day`: to sign in, or to add a chat of `channel`."""
    counts = select(func.count().filter(Challenge.asked_at > hour), func.count()).where(
        Challenge.member_id == member_id, Challenge.channel.is_not_distinct_from(channel), Challenge.asked_at > day
    )
    an_hour, a_day = session.execute(counts).one()
    return an_hour, a_day


def cards_of(session: Session, member_id: UUID) -> list[Card]:
    """The cards that let a member in, the newest first."""
    query = select(Card).where(Card.member_id == member_id, Card.revoked_at.is_(None))
    return list(session.scalars(query.order_by(Card.issued_at.desc())))


def card_last_shown(session: Session, member_id: UUID) -> datetime | None:
    """When a card of a member was last shown, also one that was taken back since."""
    return session.scalar(select(func.max(Card.last_used_at)).where(Card.member_id == member_id))


def card_by(session: Session, *, secret: str | None = None, words_index: str | None = None) -> Card | None:
    """The card that has this secret, or these words, unless it was taken back."""
    same = Card.words_index == words_index if secret is None else Card.secret_hash == hashed(secret)
    return session.scalar(select(Card).where(same, Card.revoked_at.is_(None)))


def wrong_words_since(session: Session, asker: str, since: datetime) -> int:
    """How often somebody typed words that are on no card."""
    query = select(func.count(WrongWords.id)).where(WrongWords.asker == asker, WrongWords.at > since)
    return session.scalar(query) or 0
