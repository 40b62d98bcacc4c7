"""Waiting for a place: into the line, and out of it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from services.events.errors.places import AlreadyComing, PlacesFree
from services.events.errors.programme import OccurrenceOver
from services.events.line_words import ROOM
from services.events.models import Activity, Occurrence, Others, Rsvp, Waiting, draw_time, places_for
from services.events.queries.line import place_in_line
from services.events.queries.programme import locked_occurrence
from services.events.use_cases.places import ask_next, take_out_of_line
from services.events.use_cases.rsvp import known_standing, refuse_party, refuse_strangers, standing_of
from services.events.waitlist import NEVER_ASKED
from shared.contracts.events import Answer


def wait_for_place(
    session: Session, occurrence_id: UUID, member_id: UUID, others: Others, *, now: datetime
) -> tuple[Waiting, Occurrence, Activity, int]:
    """Put a member in the line, with those they bring. Asked again, they keep their place in it, which is returned.

    Raises what a yes raises for who may not come, AlreadyComing, or PlacesFree when there is nothing to wait for.
    """
    here = standing_of(session, occurrence_id, member_id, now)
    refuse_strangers(session, here, member_id)
    party: Others = {kind: many for kind, many in others.items() if many}
    refuse_party(here, party)
    occurrence = locked_occurrence(session, occurrence_id)
    occurrence.refuse_unless_on(now)
    _refuse_needless(session, occurrence, member_id, party, now)
    _keep(session, occurrence_id, member_id, party, now)
    occurrence.line_due = occurrence.line_due or now
    ask_next(session, occurrence, now)
    waiting = session.get_one(Waiting, (occurrence_id, member_id), populate_existing=True)
    activity = session.get_one(Activity, occurrence.activity_id)
    return waiting, occurrence, activity, place_in_line(session, occurrence, activity.priority, member_id, now)


def leave_line(session: Session, occurrence_id: UUID, member_id: UUID, *, now: datetime) -> None:
    """Let a member wait no more, and let a place that is held for them go to the next. Done again, it does nothing."""
    if not known_standing(session, occurrence_id, member_id).in_line:
        return
    occurrence = locked_occurrence(session, occurrence_id)
    take_out_of_line(session, [occurrence], member_id, now)
    ask_next(session, occurrence, now)


def _refuse_needless(session: Session, occurrence: Occurrence, member_id: UUID, party: Others, now: datetime) -> None:
    if occurrence.starts_at <= now:
        raise OccurrenceOver("It has begun. Look at what is on for the next one.")
    answer = session.get(Rsvp, (occurrence.id, member_id), populate_existing=True)
    if answer is not None and answer.answer == Answer.GOING:
        raise AlreadyComing("Your place is yours. To bring more people, say yes again with them.")
    if session.get(Waiting, (occurrence.id, member_id)) is not None:
        return
    activity = session.get_one(Activity, occurrence.activity_id)
    draws_at = draw_time(activity.priority, activity.draw_hours, occurrence.starts_at)
    undrawn = draws_at is not None and now < draws_at
    if not undrawn and (occurrence.places_left is None or occurrence.places_left >= places_for(party)):
        raise PlacesFree(ROOM)


def _keep(session: Session, occurrence_id: UUID, member_id: UUID, party: Others, now: datetime) -> None:
    """An offer is for the party that it was made to; while they wait they may change it."""
    write = upsert(Waiting).values(occurrence_id=occurrence_id, member_id=member_id, others=party, asked_at=now)
    waits = write.on_conflict_do_update(
        index_elements=["occurrence_id", "member_id"],
        set_={"others": write.excluded.others, "passed": NEVER_ASKED},
        where=Waiting.offered_until.is_(None),
    )
    session.execute(waits)
