"""Beginning an activity, once or by a rule or like another: whoever belongs to a group can, and is then its host."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.events.bank_holidays import bank_holidays
from services.events.errors.activities import NoSuchActivity
from services.events.errors.programme import TimeUnusable
from services.events.models import Activity, Group, Host, Occurrence, refuse_unusable
from services.events.programme_diff import Change, Facts
from services.events.queries.activities import activity_by_id, closed_days
from services.events.schemas.activities import ActivityCopy, ActivityDraft
from services.events.schemas.series import ActivityPreview, Dates, DayView
from services.events.series import Plan
from services.events.use_cases.importing import window_of
from services.events.use_cases.programme import lock_programme
from services.events.use_cases.running import group_to_begin_in
from services.events.use_cases.telling import tell_all
from shared.auth import Caller


def find_activity(session: Session, activity_id: UUID, caller: Caller | None) -> Activity:
    """An activity, to whoever may see it; raises NoSuchActivity."""
    activity = activity_by_id(session, activity_id, caller)
    if activity is None:
        raise NoSuchActivity
    return activity


def begin_activity(
    session: Session, draft: ActivityDraft, *, caller: Caller, zone: str, weeks: int, now: datetime
) -> Activity:
    """Put an activity and its dates into the programme of a group, hosted by who began it; others are told.

    `zone` is the programme's own, `weeks` how far ahead the dates of an endless rule are made. Raises Unauthenticated,
    NoSuchGroup, MembersOnly, TimeUnusable, NoDates or TooManyDates.
    """
    group = group_to_begin_in(session, draft.group_id, caller)
    lock_programme(session, group.id)
    plan = draft.plan(zone)
    refuse_past(plan, now)
    horizon = window_of(now, zone, weeks).until
    activity = Activity.begun(group.id, plan)
    activity.known_until = horizon if plan.is_endless else None
    session.add(activity)
    session.flush()
    session.add(Host(activity_id=activity.id, member_id=caller.member_id, asked_at=now, agreed_at=now))
    add_dates(session, activity, plan.all_dates(horizon, set(closed_days(session, group.id))), group, now)
    return find_activity(session, activity.id, caller)


def preview_activity(
    session: Session, draft: ActivityDraft, *, caller: Caller, zone: str, weeks: int, holidays: str, now: datetime
) -> ActivityPreview:
    """What `begin_activity` would make, and which days of it are special; nothing is written. Raises the same."""
    group = group_to_begin_in(session, draft.group_id, caller)
    plan = draft.plan(zone)
    refuse_past(plan, now)
    closed = closed_days(session, group.id)
    horizon = window_of(now, zone, weeks).until
    ruled = {facts.starts.date() for facts in plan.all_dates(horizon).values()}
    starts = [facts.starts for facts in plan.all_dates(horizon, set(closed)).values()]
    special = bank_holidays(sorted({each.date() for each in starts}), holidays)
    return ActivityPreview(
        dates=Dates.of(starts),
        bank_holidays=[DayView(day=day, why=name) for day, name in special.items()],
        closed=[DayView(day=day, why=why) for day, why in closed.items() if day in ruled],
    )


def copy_activity(
    session: Session, activity_id: UUID, copy: ActivityCopy, *, caller: Caller, zone: str, weeks: int, now: datetime
) -> Activity:
    """Begin an activity like another, which stays as it is: in its group, with its words and roles, as long as it.

    Raises NoSuchActivity, and what `begin_activity` does.
    """
    original = find_activity(session, activity_id, caller)
    begun = begin_activity(session, copy.draft(original), caller=caller, zone=zone, weeks=weeks, now=now)
    begun.roles = original.roles
    return begun


def add_dates(session: Session, activity: Activity, dates: dict[str, Facts], group: Group, now: datetime) -> None:
    """Make these dates of an activity, by slot, and tell of them."""
    made = [Occurrence.new(activity, slot, facts) for slot, facts in dates.items()]
    session.add_all(made)
    tell_all(session, ((Change.ADDED, each) for each in made), group, now=now)


def refuse_past(plan: Plan, now: datetime) -> None:
    """Raises TimeUnusable for a first date that is past, that no clock shows, or that ends before it begins."""
    facts = plan.facts
    refuse_unusable(facts.starts, facts.ends, facts.timezone)
    if facts.starts_at <= now:
        raise TimeUnusable(f"{facts.starts:%H:%M on %d %B %Y} is past. Give a start that is still to come.")
