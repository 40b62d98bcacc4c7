from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from services.members.models import (
    DutyGiven,
    Experience,
    Helping,
    Member,
)
from services.members.queries.base import among
from shared.contracts.members import Duty


def duties_of(session: Session, member_id: UUID) -> set[Duty]:
    """What a member does for the programme."""
    return set(session.scalars(select(DutyGiven.duty).where(DutyGiven.member_id == member_id)))


def workers() -> Select[Member]:
    """Everybody who does anything for the programme."""
    return select(Member).where(exists().where(DutyGiven.member_id == Member.id))


def experiences_of(session: Session, member_id: UUID) -> list[Experience]:
    """What a member ever said of using the service, the last first."""
    query = select(Experience).where(Experience.member_id == member_id)
    return list(session.scalars(query.order_by(Experience.said_at.desc(), Experience.id.desc())))


def last_experience(session: Session, member_id: UUID) -> Experience | None:
    """What a member said of it last: that counts."""
    return next(iter(experiences_of(session, member_id)), None)


def workers_among(session: Session, ids: Collection[UUID]) -> set[UUID]:
    """Which of these members do anything for the programme."""
    return set(session.scalars(select(DutyGiven.member_id).where(among(DutyGiven.member_id, ids))))


def is_helping(session: Session, helper_id: UUID, member_id: UUID, now: datetime) -> bool:
    """Whether somebody is helping a member at this moment."""
    mine = exists().where(Helping.helper_id == helper_id, Helping.member_id == member_id, Helping.until > now)
    return bool(session.scalar(select(mine)))


def helping_now(session: Session, helper_id: UUID, member_id: UUID, now: datetime) -> Helping | None:
    """The help that somebody is giving a member at this moment."""
    mine = Helping.helper_id == helper_id, Helping.member_id == member_id, Helping.until > now
    return session.scalar(select(Helping).where(*mine).limit(1))


def helpers_of(session: Session, member_id: UUID) -> list[tuple[Helping, str]]:
    """Who helped a member, by the name they choose, the last first."""
    query = select(Helping, Member.name).join(Member, Member.id == Helping.helper_id)
    found = session.execute(query.where(Helping.member_id == member_id).order_by(Helping.began_at.desc()))
    return [(helping, name) for helping, name in found]
