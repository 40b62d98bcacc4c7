"""A week to hang on a wall, and the evenings on which something new could be."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from services.events.bank_holidays import bank_holidays
from services.events.errors.activities import NoSuchGroup
from services.events.errors.posters import NoSuchWeek
from services.events.free_evenings import evenings_of, free_evenings
from services.events.models import Group, Occurrence
from services.events.poster_week import Week, day_words
from services.events.queries.activities import closed_days
from services.events.queries.groups import visible_group
from services.events.queries.posters import Span, spans_between, starting_between
from services.events.schemas.posters import FreeEvening, FreeEvenings, Poster, PosterDay, PosterEvening
from services.events.schemas.programme import GroupView
from services.events.wall_time import on_the_wall
from shared.auth import Caller

A_DAY = timedelta(days=1)


def make_poster(session: Session, slug: str | None, week: str | None, *, zone: str, now: datetime) -> Poster:
    """What is on in a week, this one where none is named, of one group or of all that anyone may know of.

    Raises NoSuchGroup, for a hidden group too, or NoSuchWeek.
    """
    group = None if slug is None else _group(session, slug, None)
    shown = _week(week, now.astimezone(ZoneInfo(zone)).date())
    found = starting_between(session, *shown.bounds(zone), group.id if group else None)
    by_day: dict[date, list[Occurrence]] = defaultdict(list)
    for each in found:
        by_day[on_the_wall(each.starts_at, zone).date()].append(each)
    days = [
        PosterDay(day=day, words=day_words(day), evenings=[PosterEvening.of(each) for each in by_day[day]])
        for day in shown.days
    ]
    return Poster(week=shown.name, group=GroupView.model_validate(group) if group else None, days=days)


def suggest_evenings(
    session: Session, slug: str, caller: Caller, *, weeks: int, zone: str, holidays: str, now: datetime
) -> FreeEvenings:
    """The evenings from tomorrow on that are free for a group, the best first; raises NoSuchGroup.

    Free is what is neither taken, closed nor a bank holiday; best are weekdays on which others do least. `holidays`
    says where.
    """
    group = _group(session, slug, caller)
    today = now.astimezone(ZoneInfo(zone)).date()
    days = [today + A_DAY * number for number in range(1, weeks * 7 + 1)]
    spans = spans_between(session, now, now + timedelta(weeks=weeks, days=1), caller)
    own, elsewhere = _evenings(spans, group.id, zone)
    shut = closed_days(session, group.id).keys() | bank_holidays(days, holidays).keys()
    found = free_evenings(days, taken=own, shut=shut, elsewhere=elsewhere)
    return FreeEvenings(items=[FreeEvening(day=day, words=day_words(day)) for day in found])


def _evenings(spans: Iterable[Span], group_id: UUID, zone: str) -> tuple[set[date], list[date]]:
    """The evenings that a group takes, and those that all others take."""
    own: set[date] = set()
    elsewhere: list[date] = []
    for whose, starts_at, ends_at in spans:
        evenings = evenings_of(on_the_wall(starts_at, zone), on_the_wall(ends_at, zone))
        if whose == group_id:
            own.update(evenings)
        else:
            elsewhere.extend(evenings)
    return own, elsewhere


def _group(session: Session, slug: str, caller: Caller | None) -> Group:
    group = visible_group(session, slug, caller)
    if group is None:
        raise NoSuchGroup
    return group


def _week(name: str | None, today: date) -> Week:
    try:
        return Week.of(today) if name is None else Week.read(name)
    except ValueError as error:
        raise NoSuchWeek from error
