from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from services.members.models import (
    Consent,
)
from services.members.queries.base import among


def last_said(session: Session, ids: Collection[UUID]) -> list[Consent]:
    """What these members said last of each purpose and channel."""
    return list(session.scalars(last_words().where(among(Consent.member_id, ids))))


def last_words() -> Select[Consent]:
    """What everybody said last of each purpose and channel."""
    whose = (Consent.member_id, Consent.purpose, Consent.channel)
    return select(Consent).ext(distinct_on(*whose)).order_by(*whose, Consent.number.desc())
