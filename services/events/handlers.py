from datetime import datetime

from sqlalchemy.orm import Session

from services.events.use_cases import groups
from shared.contracts.members import GroupChanged, GroupJoined, GroupLeft
from shared.messaging import on


def group_changed(session: Session, heard: GroupChanged, now: datetime) -> None:
    groups.keep_group(session, heard, now=now)


def group_joined(session: Session, heard: GroupJoined, _: datetime) -> None:
    groups.join_group(session, heard.group_id, heard.member_id, heard.role)


def group_left(session: Session, heard: GroupLeft, now: datetime) -> None:
    groups.leave_group(session, heard.group_id, heard.member_id, now=now)


SUBSCRIPTIONS = [
    on(GroupChanged, group_changed),
    on(GroupJoined, group_joined),
    on(GroupLeft, group_left),
]
