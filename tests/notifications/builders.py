"""Things that happened, as notifications hears of them."""

from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from services.notifications import handlers
from shared.contracts.events import (
    Answer,
    OccurrenceCancelled,
    OccurrenceMoved,
    OccurrenceScheduled,
    OccurrenceState,
    RsvpChanged,
)
from shared.contracts.members import MemberJoined, PreferencesChanged
from shared.ids import new_id

LONDON = "Europe/London"
GROUP = new_id()
# A Thursday evening, half past six by the wall clock.
THURSDAY = datetime(2026, 11, 26, 18, 30)


def state[S: OccurrenceState](
    sort: type[S],
    occurrence_id: UUID,
    starts: datetime = THURSDAY,
    *,
    title: str | None = "Games night",
    place: str | None = "The hub",
    all_day: bool = False,
) -> S:
    ends = starts + timedelta(hours=2)
    at = [wall.replace(tzinfo=ZoneInfo(LONDON)).astimezone(UTC) for wall in (starts, ends)]
    return sort(
        occurrence_id=occurrence_id,
        activity_id=occurrence_id,
        group_id=GROUP,
        title=title,
        place=place,
        starts=starts,
        ends=ends,
        timezone=LONDON,
        starts_at=at[0],
        ends_at=at[1],
        all_day=all_day,
    )


def given_member(
    session: Session, now: datetime, *channels: str, quiet: tuple[time, time] = (time(21), time(9))
) -> UUID:
    member_id = new_id()
    heard = PreferencesChanged(
        member_id=member_id,
        channels=channels or ("sms",),
        quiet_from=quiet[0],
        quiet_until=quiet[1],
        timezone=LONDON,
    )
    handlers.preferences_changed(session, heard, now)
    return member_id


def given_occurrence(session: Session, now: datetime, starts: datetime = THURSDAY, **more: object) -> UUID:
    occurrence_id = new_id()
    handlers.occurrence_scheduled(session, state(OccurrenceScheduled, occurrence_id, starts, **more), now)
    return occurrence_id


def given_going(session: Session, now: datetime, occurrence_id: UUID, member_id: UUID) -> None:
    says(session, now, occurrence_id, member_id, Answer.GOING)


def says(session: Session, now: datetime, occurrence_id: UUID, member_id: UUID, answer: Answer) -> None:
    heard = RsvpChanged(occurrence_id=occurrence_id, member_id=member_id, answer=answer)
    handlers.rsvp_changed(session, heard, now)


def moved(session: Session, now: datetime, occurrence_id: UUID, starts: datetime, **more: object) -> None:
    handlers.occurrence_moved(session, state(OccurrenceMoved, occurrence_id, starts, **more), now)


def scheduled(session: Session, now: datetime, occurrence_id: UUID, starts: datetime = THURSDAY) -> None:
    handlers.occurrence_scheduled(session, state(OccurrenceScheduled, occurrence_id, starts), now)


def cancelled(session: Session, now: datetime, occurrence_id: UUID, starts: datetime = THURSDAY) -> None:
    handlers.occurrence_cancelled(session, state(OccurrenceCancelled, occurrence_id, starts), now)


def joined(session: Session, now: datetime, member_id: UUID) -> None:
    handlers.member_joined(session, MemberJoined(member_id=member_id), now)
