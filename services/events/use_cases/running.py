"""Who may change what is on: the hosts of the activity, the group's convenors, and the operator."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.errors.activities import NoSuchGroup
from services.events.errors.places import MembersOnly
from services.events.errors.programme import NotYourProgramme
from services.events.models import Activity, Group, GroupMember, Occurrence
from services.events.queries.activities import group_by_id, is_host
from services.events.queries.programme import WRITES_PROGRAMMES
from shared.auth import Caller
from shared.contracts.members import Role
from shared.erasure import was_erased
from shared.errors import Unauthenticated


def refuse_unless_running(session: Session, it: Activity | Occurrence, caller: Caller) -> None:
    """Raises NotYourProgramme, or Unauthenticated for a token that has outlived its member."""
    refuse_erased(session, caller)
    if not is_running(session, it, caller):
        raise NotYourProgramme("Ask one of those who host it, or a convenor of the group.")


def is_running(session: Session, it: Activity | Occurrence, caller: Caller | None) -> bool:
    """Whether the caller may change an activity, or one date of it."""
    if caller is None:
        return False
    if caller.scope == WRITES_PROGRAMMES or caller.is_convenor_of(it.group_id):
        return True
    if caller.member_id is None:
        return False
    if isinstance(it, Activity):
        return is_host(session, it.id, it.group_id, caller.member_id)
    return is_host(session, it.activity_id, it.group_id, caller.member_id, it.id)


def group_to_begin_in(session: Session, group_id: UUID, caller: Caller) -> Group:
    """A group in which the caller may begin something; raises NoSuchGroup or what `refuse_outsiders` raises.

    Any member may, and nobody is asked first.
    """
    group = group_by_id(session, group_id, caller)
    if group is None:
        raise NoSuchGroup
    refuse_outsiders(session, group_id, caller)
    return group


def refuse_outsiders(session: Session, group_id: UUID, caller: Caller) -> None:
    """Raises MembersOnly, or Unauthenticated for a token that has outlived its member.

    A guest is no member. The membership is locked, so that nobody leaves meanwhile.
    """
    refuse_erased(session, caller)
    place = select(GroupMember.role).where(GroupMember.group_id == group_id, GroupMember.member_id == caller.member_id)
    role = session.scalar(place.with_for_update(read=True, key_share=True))
    if role not in {Role.MEMBER, Role.CONVENOR}:
        raise MembersOnly("Ask one of its convenors whether you can join.")


def refuse_erased(session: Session, caller: Caller) -> None:
    """Raises Unauthenticated: a token outlives its member by some minutes."""
    if caller.member_id is not None and was_erased(session, caller.member_id):
        raise Unauthenticated
