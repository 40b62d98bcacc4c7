from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Text,
    Uuid,
    bindparam,
    cast,
    exists,
    func,
    select,
)
from sqlalchemy.orm import Session

from services.events.models import Activity, Group, Occurrence, OnCall, Others, Rsvp, Waiting, draw_time
from services.events.queries.programme import belongs, visible_to
from shared.auth import Caller
from shared.contracts.events import Answer
from shared.contracts.members import Visibility
from shared.erasure import is_erased


@dataclass(frozen=True)
class Standing:
    """What decides whether a member may say yes to an occurrence, as last committed.

    `answer`, `others`, `shown_as` and `places` are their answer; `asked_for` are those they wait for a place with.
    """

    status: str
    starts_at: datetime
    ends_at: datetime
    timezone: str
    capacity: int | None
    going: int
    held: int
    waiting: int
    group_id: UUID
    visibility: str
    most_others: int
    priority: str
    draw_hours: int
    answer: str | None
    others: Others | None
    shown_as: str | None
    places: int
    asked_for: Others | None
    belongs: bool
    erased: bool

    @property
    def in_line(self) -> bool:
        """Whether they wait, or a place is offered to them."""
        return self.asked_for is not None

    @property
    def draws_at(self) -> datetime | None:
        """When the places are drawn, where they are."""
        return draw_time(self.priority, self.draw_hours, self.starts_at)

    @property
    def places_left(self) -> int:
        """How many can still come who are not in the line, where there is a limit."""
        return 0 if self.waiting or self.capacity is None else self.capacity - self.going - self.held

    def has_room_for(self, more: int) -> bool:
        """Whether so many more can come who are not in the line."""
        return self.capacity is None or more <= 0 or more <= self.places_left


_MEMBER_ID = bindparam("member_id", type_=Uuid())


def answering(occurrence_id: ColumnElement[UUID]) -> ColumnElement[int]:
    """The number of the lock that all share who answer an occurrence, and that is whoever's alone who moves it.

    Rows are no such lock: an answer that is given for the first time has none that anybody could wait for.
    """
    return func.hashtextextended(cast(occurrence_id, Text), 0)


# Made once: on the way to a yes, putting the statement together would take longer than running it.
_STANDING = (
    select(
        Occurrence.status,
        Occurrence.starts_at,
        Occurrence.ends_at,
        Occurrence.timezone,
        Occurrence.capacity,
        Occurrence.going,
        Occurrence.held,
        Occurrence.waiting,
        Occurrence.group_id,
        Group.visibility,
        Activity.most_others,
        Activity.priority,
        Activity.draw_hours,
        Rsvp.answer,
        Rsvp.others,
        Rsvp.shown_as,
        func.coalesce(Rsvp.places, 0),
        Waiting.others,
        belongs(_MEMBER_ID),
        is_erased(_MEMBER_ID),
        func.pg_advisory_xact_lock_shared(answering(bindparam("occurrence_id", type_=Uuid()))),
    )
    .join(Group, Group.id == Occurrence.group_id)
    .join(Activity, Activity.id == Occurrence.activity_id)
    .outerjoin(Rsvp, (Rsvp.occurrence_id == Occurrence.id) & (Rsvp.member_id == _MEMBER_ID))
    .outerjoin(Waiting, (Waiting.occurrence_id == Occurrence.id) & (Waiting.member_id == _MEMBER_ID))
    .where(Occurrence.id == bindparam("occurrence_id", type_=Uuid()))
)


def standing(session: Session, occurrence_id: UUID, member_id: UUID) -> Standing | None:
    """How a member stands to an occurrence, which is not moved from here on; None when they may not know of it."""
    row: Any = session.execute(_STANDING, {"occurrence_id": occurrence_id, "member_id": member_id}).one_or_none()
    found = None if row is None else Standing(*row[:-1])
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


def is_going(session: Session, occurrence_id: UUID, member_id: UUID | None) -> bool:
    """Whether a member said yes to an occurrence."""
    yes = exists().where(Rsvp.occurrence_id == occurrence_id, Rsvp.member_id == member_id, Rsvp.answer == Answer.GOING)
    return bool(session.scalar(select(yes)))


def on_call_at(session: Session, occurrence_id: UUID) -> Sequence[UUID]:
    """Whom those going to an occurrence can turn to."""
    query = select(OnCall.member_id).where(OnCall.occurrence_id == occurrence_id)
    return session.scalars(query.order_by(OnCall.member_id)).all()
