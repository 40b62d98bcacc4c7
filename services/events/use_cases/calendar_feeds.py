"""What leaves the programme for people's own calendars: a group's dates, a member's own, and a single one."""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from services.events.calendar_feed import CalendarStatus, Event, write_calendar
from services.events.errors.activities import NoSuchGroup
from services.events.errors.calendar_feeds import NoSuchFeed
from services.events.models import CalendarFeed, Occurrence, Status
from services.events.queries.calendar_feeds import dates_of_group, dates_of_member, feed_by_hash
from services.events.queries.groups import visible_group
from services.events.use_cases.programme import find_occurrence
from services.events.use_cases.running import refuse_erased
from shared.auth import Caller

# How long what is over stays: long enough to look up when it was.
BACK = timedelta(days=30)
TOKEN_BYTES = 32
# What whoever sees somebody's phone may read of what a hidden group does.
NEUTRAL = "Evening"
MY_EVENINGS = "My evenings"
STATUSES = {
    Status.SCHEDULED: CalendarStatus.CONFIRMED,
    Status.TENTATIVE: CalendarStatus.TENTATIVE,
    Status.CANCELLED: CalendarStatus.CANCELLED,
}


@dataclass(frozen=True)
class CalendarFile:
    """A calendar as a file. `changed_at` is when it last became another, None where that is not known."""

    data: bytes
    changed_at: datetime | None = None


def group_calendar(session: Session, slug: str, *, weeks: int, now: datetime) -> CalendarFile:
    """What a group has on, a month back and so many weeks ahead. Raises NoSuchGroup, for a hidden group too."""
    group = visible_group(session, slug, None)
    if group is None:
        raise NoSuchGroup
    ahead = timedelta(weeks=weeks)
    dates = dates_of_group(session, group.id, now - BACK, now + ahead)
    # A date that has been known for long comes in when it is near enough.
    changed_at = max((max(each.changed_at, each.starts_at - ahead) for each in dates), default=None)
    return CalendarFile(write_calendar(map(_event, dates), name=group.name), changed_at)


def occurrence_calendar(session: Session, occurrence_id: UUID, caller: Caller | None) -> CalendarFile:
    """One date to put into a calendar, for whoever may see it; of a hidden group's only when it is.

    Raises NoSuchOccurrence.
    """
    occurrence = find_occurrence(session, occurrence_id, caller)
    event = _neutral(occurrence) if occurrence.group.is_hidden else _event(occurrence)
    return CalendarFile(write_calendar([event], method="PUBLISH"), occurrence.changed_at)


def make_feed(session: Session, caller: Caller, *, full_details: bool, now: datetime) -> str:
    """A new address for a member's own calendar; one they had before is dead from now on.

    It is given out here and nowhere else. Raises Unauthenticated.
    """
    refuse_erased(session, caller)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    made = {"token_hash": hashed(token), "full_details": full_details, "made_at": now}
    new = upsert(CalendarFeed).values(member_id=caller.member_id, **made)
    session.execute(new.on_conflict_do_update(index_elements=["member_id"], set_=made))
    return token


def find_feed(session: Session, member_id: UUID) -> CalendarFeed:
    """The feed of a member; raises NoSuchFeed."""
    feed = session.get(CalendarFeed, member_id)
    if feed is None:
        raise NoSuchFeed
    return feed


def end_feed(session: Session, member_id: UUID) -> None:
    """Let nobody read a member's calendar from now on. It always works, also where there is none."""
    session.execute(delete(CalendarFeed).where(CalendarFeed.member_id == member_id))


def member_calendar(session: Session, token: str, *, now: datetime) -> CalendarFile:
    """What the member whose feed this is comes to, or waits for; raises NoSuchFeed.

    Of a hidden group's evening it says when it is and no more, unless the member asked for all details.
    """
    feed = feed_by_hash(session, hashed(token))
    if feed is None:
        raise NoSuchFeed
    dates = dates_of_member(session, feed.member_id, now - BACK)
    events = (_mine(each, feed, has_place=has_place) for each, has_place in dates)
    return CalendarFile(write_calendar(events, name=MY_EVENINGS))


def hashed(token: str) -> str:
    """An address as it is stored. It is too long to guess, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def _mine(occurrence: Occurrence, feed: CalendarFeed, *, has_place: bool) -> Event:
    hides = occurrence.group.is_hidden and not feed.full_details
    event = replace(_neutral(occurrence) if hides else _event(occurrence), private=True)
    waits = not has_place and event.status is CalendarStatus.CONFIRMED
    return replace(event, status=CalendarStatus.TENTATIVE) if waits else event


def _neutral(occurrence: Occurrence) -> Event:
    return replace(_event(occurrence), title=NEUTRAL, summary="", place="", private=True)


def _event(occurrence: Occurrence) -> Event:
    whole_days = occurrence.all_day
    return Event(
        uid=occurrence.id,
        sequence=occurrence.sequence,
        changed_at=occurrence.changed_at,
        status=STATUSES[Status(occurrence.status)],
        starts=occurrence.starts.date() if whole_days else occurrence.starts_at,
        ends=occurrence.ends.date() if whole_days else occurrence.ends_at,
        title=occurrence.title,
        summary=occurrence.summary,
        place=occurrence.place,
    )
