"""The copies of what members says: groups, and who belongs to them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from services.events.models import Activity, Group, GroupMember, Helper, Host, Occurrence, OnCall, Rsvp
from services.events.programme_diff import Change
from services.events.queries.line import lines_of
from services.events.queries.programme import occurrences_of_group
from services.events.queries.roles import helped_by
from services.events.use_cases.letting_go import let_go, put_down
from services.events.use_cases.places import lock_to_come, recount, take_out_of_line
from services.events.use_cases.telling import tell_all
from shared.contracts.events import Answer, RsvpChanged
from shared.contracts.members import GroupChanged, Role, Visibility
from shared.erasure import was_erased
from shared.messaging import publish_all


def keep_group(session: Session, heard: GroupChanged, *, now: datetime) -> None:
    """Know a group as members describes it. One that goes into hiding, or comes out, has its programme told anew."""
    group = session.get(Group, heard.group_id)
    if group is None:
        group = Group(id=heard.group_id, visibility=heard.visibility)
        session.add(group)
    was_hidden = group.is_hidden
    group.slug, group.name, group.visibility = heard.slug, heard.name, heard.visibility
    if group.is_hidden == was_hidden:
        return
    on = [each for each in occurrences_of_group(session, group.id, now) if not each.is_cancelled]
    tell_all(session, ((Change.CHANGED, each) for each in on), group, now=now)


def join_group(session: Session, group_id: UUID, member_id: UUID, role: Role) -> None:
    """Know that a member belongs to a group, in this role."""
    if was_erased(session, member_id):
        return
    new = upsert(GroupMember).values(group_id=group_id, member_id=member_id, role=role)
    keys = [GroupMember.member_id, GroupMember.group_id]
    session.execute(new.on_conflict_do_update(index_elements=keys, set_={"role": new.excluded.role}))


def leave_group(session: Session, group_id: UUID, member_id: UUID, *, now: datetime) -> None:
    """Know that a member belongs to a group no more, and neither hosts, helps nor is on call there.

    In one that is not open to all, their places come free.
    """
    # This comes first: it waits for a yes that is being said as a member, and then sees it.
    session.execute(delete(GroupMember).where(GroupMember.group_id == group_id, GroupMember.member_id == member_id))
    in_group = select(Activity.id).where(Activity.group_id == group_id)
    session.execute(delete(Host).where(Host.member_id == member_id, Host.activity_id.in_(in_group)))
    dates = select(Occurrence.id).where(Occurrence.group_id == group_id)
    session.execute(delete(OnCall).where(OnCall.member_id == member_id, OnCall.occurrence_id.in_(dates)))
    put_down(session, group_id, member_id)
    group = session.get(Group, group_id)
    for_all = group is None or group.visibility == Visibility.OPEN
    freed = [] if for_all else _take_back(session, group_id, member_id, now)
    waited_for = [] if for_all else lines_of(session, member_id, group_id)
    helps = helped_by(session, member_id, now, group_id)
    occurrences = lock_to_come(session, {*freed, *waited_for, *helps}, now)
    let_go(session, helps, now, Helper.member_id == member_id)
    take_out_of_line(session, occurrences, member_id, now)
    recount(session, occurrences, now)
    no = Answer.NOT_GOING
    publish_all(session, [RsvpChanged(occurrence_id=each, member_id=member_id, answer=no) for each in freed], now=now)


def _take_back(session: Session, group_id: UUID, member_id: UUID, now: datetime) -> list[UUID]:
    """Turn every yes of a member to what is still to come of a group into a no; which occurrences those were."""
    to_come = select(Occurrence.id).where(Occurrence.group_id == group_id, Occurrence.ends_at > now)
    taken_back = (
        update(Rsvp)
        .where(Rsvp.member_id == member_id, Rsvp.answer == Answer.GOING, Rsvp.occurrence_id.in_(to_come))
        .values(answer=Answer.NOT_GOING, answered_at=now, others={}, shown_as=None)
        .returning(Rsvp.occurrence_id)
    )
    return sorted(session.scalars(taken_back, execution_options={"synchronize_session": False}))
