from datetime import datetime

from sqlalchemy.orm import Session

from services.events.use_cases import groups
from services.events.use_cases.erasure import erase_member
from services.events.use_cases.merging import merge_member
from shared.contracts.events import Erased
from shared.contracts.members import GroupChanged, GroupJoined, GroupLeft, MemberErased, MemberMerged
from shared.erasure import remember_erased
from shared.messaging import on, publish


def group_changed(session: Session, heard: GroupChanged, now: datetime) -> None:
    groups.keep_group(session, heard, now=now)


def group_joined(session: Session, heard: GroupJoined, _: datetime) -> None:
    groups.join_group(session, heard.group_id, heard.member_id, heard.role)


def group_left(session: Session, heard: GroupLeft, now: datetime) -> None:
    groups.leave_group(session, heard.group_id, heard.member_id, now=now)


def member_erased(session: Session, heard: MemberErased, now: datetime) -> None:
    remember_erased(session, heard.member_id, now)
    erase_member(session, heard.member_id, now)
    publish(session, Erased(erasure_id=heard.erasure_id), now=now)


def member_merged(session: Session, heard: MemberMerged, now: datetime) -> None:
    merge_member(session, heard.kept_id, heard.gone_id, now)


SUBSCRIPTIONS = [
    on(GroupChanged, group_changed),
    on(GroupJoined, group_joined),
    on(GroupLeft, group_left),
    on(MemberErased, member_erased),
    on(MemberMerged, member_merged),
]
