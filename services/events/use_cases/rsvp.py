"""Saying yes and no. The count on the occurrence is the one truth about places, and its row the one lock."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, bindparam, literal_column, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from services.events.errors.places import MembersOnly, OccurrenceFull
from services.events.errors.programme import NoSuchOccurrence
from services.events.models import EventsBase, GroupMember, Status, refuse_unless_on
from services.events.queries.places import Standing, standing
from shared.contracts.events import Answer, RsvpChanged
from shared.contracts.members import Visibility
from shared.db import affected
from shared.errors import Unauthenticated
from shared.messaging import publish

RSVPS = EventsBase.metadata.tables["rsvps"]
OCCURRENCES = EventsBase.metadata.tables["occurrences"]

# The statements are made once: putting one together takes SQLAlchemy longer than PostgreSQL needs to run it.
_WRITE = upsert(RSVPS)
KEEP_ANSWER = _WRITE.on_conflict_do_update(
    index_elements=[RSVPS.c.occurrence_id, RSVPS.c.member_id],
    set_={"answer": _WRITE.excluded.answer, "answered_at": _WRITE.excluded.answered_at},
    where=RSVPS.c.answer != _WRITE.excluded.answer,
    # PostgreSQL's own mark: a row that was inserted, not changed, has no earlier version.
).returning(literal_column("rsvps.xmax = 0", Boolean).label("first_answer"))

_GOING = OCCURRENCES.c.going + bindparam("places")
TAKE_PLACES = (
    update(OCCURRENCES)
    .where(
        OCCURRENCES.c.id == bindparam("occurrence_id"),
        OCCURRENCES.c.status != Status.CANCELLED,
        OCCURRENCES.c.ends_at > bindparam("now"),
        or_(OCCURRENCES.c.capacity.is_(None), OCCURRENCES.c.capacity >= _GOING),
    )
    .values(going=_GOING)
)


def answer_rsvp(session: Session, occurrence_id: UUID, member_id: UUID, answer: Answer, *, now: datetime) -> None:
    """Keep whether a member is coming. Saying the same again changes nothing and tells nobody.

    Raises Unauthenticated, NoSuchOccurrence, MembersOnly, OccurrenceOver, OccurrenceCancelled or OccurrenceFull.
    """
    here = _standing(session, occurrence_id, member_id, now)
    _refuse_strangers(session, here, member_id)
    if here.answer == answer:
        return
    if answer is Answer.GOING and here.is_full:
        raise _full(here)
    places = _keep(session, occurrence_id, member_id, answer, now)
    if places is None:
        return
    if places and not _take(session, occurrence_id, places, now):
        # Somebody was quicker since `here` was read: look again, to say with what.
        raise _full(_standing(session, occurrence_id, member_id, now))
    publish(session, RsvpChanged(occurrence_id=occurrence_id, member_id=member_id, answer=answer), now=now)


def _standing(session: Session, occurrence_id: UUID, member_id: UUID, now: datetime) -> Standing:
    found = standing(session, occurrence_id, member_id)
    if found is None:
        raise NoSuchOccurrence("Look at what is on, and choose again.")
    if found.erased:
        raise Unauthenticated  # A token outlives its member by some minutes.
    refuse_unless_on(found.status, found.ends_at, now)
    return found


def _refuse_strangers(session: Session, here: Standing, member_id: UUID) -> None:
    """Raises MembersOnly. The membership is locked, so that nobody leaves the group while saying yes."""
    if here.visibility == Visibility.OPEN:
        return
    belongs = select(GroupMember.group_id).where(
        GroupMember.member_id == member_id, GroupMember.group_id == here.group_id
    )
    if session.scalar(belongs.with_for_update(read=True, key_share=True)) is None:
        raise MembersOnly("Ask one of its convenors whether you can join.")


def _keep(session: Session, occurrence_id: UUID, member_id: UUID, answer: Answer, now: datetime) -> int | None:
    """Write the answer down; how many places it takes (1, 0, -1), None when it was already there.

    Of two answers that a member gives at once, the second waits here for the first.
    """
    said = {"occurrence_id": occurrence_id, "member_id": member_id, "answer": answer, "answered_at": now}
    first_answer = session.scalar(KEEP_ANSWER, said)
    if first_answer is None:
        return None
    if answer is Answer.GOING:
        return 1
    return 0 if first_answer else -1


def _take(session: Session, occurrence_id: UUID, places: int, now: datetime) -> bool:
    """Take a place or give one back, in the one statement that also looks whether there is one."""
    result = session.execute(TAKE_PLACES, {"occurrence_id": occurrence_id, "places": places, "now": now})
    return affected(result) == 1


def _full(here: Standing) -> OccurrenceFull:
    return OccurrenceFull(
        f"All {here.capacity} places are taken. When somebody says no a place comes free: look again later."
    )
