from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.members.errors.groups import DecidedByVote, NoSuchRequest, OpenToAll
from services.members.models import AdmitsBy, JoinRequest, Kind, Motion
from services.members.queries.groups import forget_request, lock_group, open_motion
from services.members.use_cases.belonging import let_in
from services.members.use_cases.standing import enter
from shared.auth import Caller
from shared.contracts.members import Role, Visibility


def ask_to_join(session: Session, group_id: UUID, *, caller: Caller, now: datetime) -> None:
    """Ask a group to let one in. Asking twice is asking once, and who belongs already asks for nothing.

    Where the group votes on it, the voting begins.
    """
    here = enter(session, group_id, caller)
    if here.has_a_say or session.get(JoinRequest, (here.member_id, group_id)) is not None:
        return
    if here.group.visibility is Visibility.OPEN:
        raise OpenToAll("You need not ask. Join it.")
    session.add(JoinRequest(member_id=here.member_id, group_id=group_id, asked_at=now))
    if here.group.admits_by is AdmitsBy.VOTE:
        session.add(Motion.raised(group_id, Kind.ADMIT, here.member_id, here.member_id, now))


def withdraw_request(session: Session, group_id: UUID, member_id: UUID) -> None:
    """Ask no more. It always works, also for who had not asked."""
    if session.get(JoinRequest, (member_id, group_id)) is None:
        return
    lock_group(session, group_id)
    forget_request(session, group_id, member_id)


def answer_request(
    session: Session, group_id: UUID, asking: UUID, *, admit: bool, caller: Caller, now: datetime
) -> None:
    """Let somebody in who asks, or not. For convenors, where the group does not vote on it."""
    here = enter(session, group_id, caller)
    here.refuse_all_but_convenors()
    if session.get(JoinRequest, (asking, group_id), populate_existing=True) is None:
        raise NoSuchRequest("They may have taken it back. Look at who is asking now.")
    if open_motion(session, group_id, Kind.ADMIT, asking):
        raise DecidedByVote("Say what you think by a vote on the motion.")
    forget_request(session, group_id, asking)
    if admit:
        let_in(session, group_id, asking, Role.MEMBER, now=now)
