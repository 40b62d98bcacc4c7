"""Beginning an activity, once or by a rule: whoever belongs to a group can, and is then its host."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.events.errors.activities import NoSuchActivity
from services.events.errors.programme import TimeUnusable
from services.events.models import Activity, Group, Host, Occurrence, refuse_unusable
from services.events.programme_diff import Change, Facts
from services.events.queries.activities import activity_by_id
from services.events.schemas.activities import ActivityDraft
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
    add_dates(session, activity, plan.all_dates(horizon), group, now)
    return find_activity(session, activity.id, caller)


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
