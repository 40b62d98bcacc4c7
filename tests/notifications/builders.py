"""Things that happened, as notifications hears of them."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.notifications import handlers
from services.notifications.models import Lane, Notification
from shared.contracts.events import (
    Answer,
    OccurrenceCancelled,
    OccurrenceMoved,
    OccurrenceScheduled,
    OccurrenceState,
    RsvpChanged,
)
from shared.contracts.members import MemberJoined, PreferencesChanged, Purpose
from shared.ids import new_id

LONDON = "Europe/London"
GROUP = new_id()
# A Thursday evening, half past six by the wall clock.
THURSDAY = datetime(2026, 11, 26, 18, 30)
EVENING_BEFORE = datetime(2026, 11, 25, 18, 0, 5, tzinfo=UTC)


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
    """Somebody who said yes to everything on these channels."""
    return likes(session, now, new_id(), *channels, quiet_from=quiet[0], quiet_until=quiet[1])


def likes(session: Session, now: datetime, member_id: UUID, *channels: str, **wishes: Any) -> UUID:
    channels = channels or ("sms",)
    heard = {"channels": channels, "timezone": LONDON, "quiet_from": time(21), "quiet_until": time(9)}
    heard |= {"consents": dict.fromkeys(Purpose, channels)} | wishes
    handlers.preferences_changed(session, PreferencesChanged(member_id=member_id, **heard), now)
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


def planned(
    session: Session, now: datetime, member_id: UUID, kind: Purpose, *, lasts: timedelta, rule: str = "welcome"
) -> None:
    """Something of a class of which nobody sends anything yet, due now, unless one like it waits."""
    row = {"rule": rule, "kind": kind, "lane": Lane.BULK, "due_at": now, "expires_at": now + lasts}
    session.execute(insert(Notification).values(id=new_id(), member_id=member_id, **row).on_conflict_do_nothing())


def states(session: Session, member: UUID, rule: str) -> Sequence[tuple[str, str | None]]:
    """How far what a rule plans for a member has come, and why not further."""
    session.expire_all()
    rows = session.scalars(
        select(Notification)
        .where(Notification.member_id == member, Notification.rule == rule)
        .order_by(Notification.id)
    )
    return [(row.state, row.reason) for row in rows]
