from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    Uuid,
    bindparam,
    select,
)
from sqlalchemy.orm import Session

from services.events.models import Group, Occurrence, Rsvp
from services.events.queries.programme import belongs, visible_to
from shared.auth import Caller
from shared.contracts.members import Visibility
from shared.erasure import is_erased


@dataclass(frozen=True)
class Standing:
    """What decides whether a member may say yes to an occurrence, as last committed."""

    status: str
    ends_at: datetime
    capacity: int | None
    going: int
    group_id: UUID
    visibility: str
    answer: str | None
    belongs: bool
    erased: bool

    @property
    def is_full(self) -> bool:
        """Whether every place is taken."""
        return self.capacity is not None and self.going >= self.capacity


# Made once: on the way to a yes, putting the statement together would take longer than running it.
_STANDING = (
    select(
        Occurrence.status,
        Occurrence.ends_at,
        Occurrence.capacity,
        Occurrence.going,
        Occurrence.group_id,
        Group.visibility,
        Rsvp.answer,
        belongs(bindparam("member_id", type_=Uuid())),
        is_erased(bindparam("member_id", type_=Uuid())),
    )
    .join(Group, Group.id == Occurrence.group_id)
    .outerjoin(Rsvp, (Rsvp.occurrence_id == Occurrence.id) & (Rsvp.member_id == bindparam("member_id", type_=Uuid())))
    .where(Occurrence.id == bindparam("occurrence_id", type_=Uuid()))
)


def standing(session: Session, occurrence_id: UUID, member_id: UUID) -> Standing | None:
    """How a member stands to an occurrence; None when they may not know of it."""
    row = session.execute(_STANDING, {"occurrence_id": occurrence_id, "member_id": member_id}).one_or_none()
    found = None if row is None else Standing(*row)
    hidden = found is not None and found.visibility == Visibility.HIDDEN and not found.belongs
    return None if hidden else found


def rsvps_to_come(session: Session, caller: Caller, now: datetime) -> Sequence[Rsvp]:
    """What a member said about everything that is still to come, soonest first."""
    return session.scalars(
        select(Rsvp)
        .join(Occurrence, Occurrence.id == Rsvp.occurrence_id)
        .join(Group, Group.id == Occurrence.group_id)
        .where(Rsvp.member_id == caller.member_id, Occurrence.ends_at > now, visible_to(caller))
        .order_by(Occurrence.starts_at, Occurrence.id)
    ).all()
