from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.members.models import Group, Membership
from services.members.queries.groups import groups_of, memberships_of
from services.members.queries.people import duties_of, is_helping
from shared.auth import Caller, Signer
from shared.contracts.members import Duty, Role
from shared.errors import NotFound


def grant(session: Session, member_id: UUID, signer: Signer, *, strong: bool, session_id: UUID | None = None) -> str:
    """A token with what a session may do: the powers of convenors and workers need a second factor."""
    roles = roles_granted(groups_of(session, member_id), strong=strong)
    duties = duties_of(session, member_id) if strong else ()
    return signer.member_token(member_id, roles, duties, session_id)


def roles_granted(places: Iterable[tuple[Group, Membership]], *, strong: bool) -> dict[UUID, Role]:
    """A member's roles by group, as a token says them."""
    return {
        group.id: Role.MEMBER if place.role is Role.CONVENOR and not strong else place.role for group, place in places
    }


def may_help(session: Session, caller: Caller) -> bool:
    """Whether somebody may help members in person: workers and convenors, with a second factor shown.

    They must be so still: a token is up to ten minutes older than what it says.
    """
    if caller.member_id is None:
        return False
    works = Duty.WORKER in caller.duties and Duty.WORKER in duties_of(session, caller.member_id)
    return works or bool(convened_by(session, caller))


def convened_by(session: Session, caller: Caller) -> set[UUID]:
    """The groups that somebody convenes, by their token and still."""
    if caller.member_id is None or Role.CONVENOR not in caller.roles.values():
        return set()
    places = memberships_of(session, [caller.member_id])
    return {it.group_id for it in places if it.role is Role.CONVENOR and caller.is_convenor_of(it.group_id)}


def for_whom(session: Session, caller: Caller, member_id: UUID, now: datetime) -> UUID:
    """The member a caller acts for: themself, or somebody they are helping right now with a second factor shown.

    Anybody else gets what they would get for an id that nobody has.
    """
    if caller.member_id == member_id:
        return member_id
    if (
        caller.member_id is None
        or not may_help(session, caller)
        or not is_helping(session, caller.member_id, member_id, now)
    ):
        raise NotFound
    return member_id
