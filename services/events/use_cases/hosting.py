"""Running an activity together: a host asks another, who agrees or does not; anyone may leave."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from services.events.errors.activities import NotAskedToHost, NotOfThisGroup
from services.events.models import Activity, Host
from services.events.queries.activities import belongs_to, hosts_of
from services.events.use_cases.activities import find_activity
from services.events.use_cases.running import is_running, refuse_erased, refuse_unless_running
from shared.auth import Caller
from shared.contracts.events import HostAsked
from shared.db import affected
from shared.erasure import was_erased
from shared.messaging import publish


def list_hosts(session: Session, activity_id: UUID, caller: Caller) -> Sequence[Host]:
    """Who hosts an activity or was asked to, for those who run it; others see themselves. Raises NoSuchActivity."""
    activity = find_activity(session, activity_id, caller)
    hosts = hosts_of(session, activity_id)
    if is_running(session, activity, caller):
        return hosts
    return [each for each in hosts if each.member_id == caller.member_id]


def ask_to_host(session: Session, activity_id: UUID, member_id: UUID, *, caller: Caller, now: datetime) -> None:
    """Ask another member of the group to host an activity, who hears of it; asking again changes and tells nothing.

    Raises NoSuchActivity, NotYourProgramme or NotOfThisGroup.
    """
    activity = find_activity(session, activity_id, caller)
    refuse_unless_running(session, activity, caller)
    if not belongs_to(session, activity.group_id, member_id) or was_erased(session, member_id):
        raise NotOfThisGroup("Ask them to join the group first, or ask somebody else.")
    asked = upsert(Host).values(_asked(activity, member_id, now)).on_conflict_do_nothing()
    if session.scalar(asked.returning(Host.member_id)) is not None:
        publish(session, HostAsked(activity_id=activity_id, member_id=member_id), now=now)


def agree_to_host(session: Session, activity_id: UUID, *, caller: Caller, now: datetime) -> None:
    """Say yes to hosting an activity; raises NoSuchActivity or NotAskedToHost."""
    refuse_erased(session, caller)
    find_activity(session, activity_id, caller)
    mine = (Host.activity_id == activity_id) & (Host.member_id == caller.member_id)
    if not affected(session.execute(update(Host).where(mine).values(agreed_at=now))):
        raise NotAskedToHost("Ask one of those who host it.")


def stop_hosting(session: Session, activity_id: UUID, *, caller: Caller) -> None:
    """Host an activity no more, or say no to being asked. Nobody has to give a reason. Raises NoSuchActivity.

    What nobody hosts stays on: the group's convenors can still change it.
    """
    find_activity(session, activity_id, caller)
    session.execute(delete(Host).where(Host.activity_id == activity_id, Host.member_id == caller.member_id))


def _asked(activity: Activity, member_id: UUID, now: datetime) -> dict[str, object]:
    return {"activity_id": activity.id, "member_id": member_id, "asked_at": now, "agreed_at": None}
