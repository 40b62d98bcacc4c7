from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from services.members.errors.groups import InvitationRefused, InvitationUnusable
from services.members.invitation_codes import InvitationCodes
from services.members.models import Group, GroupNote, Happening, Invitation, Membership, WrongCode
from services.members.queries.groups import invitation_of, lock_group, lock_member, place_of, wrong_codes_since
from services.members.queries.people import duties_of
from services.members.schemas.groups import InvitationDraft
from services.members.use_cases.belonging import let_in
from services.members.use_cases.standing import Standing, enter
from shared.auth import Caller
from shared.contracts.members import Role, Visibility
from shared.errors import Unauthenticated

MOST_WRONG_CODES = 10
WRONG_CODES_COUNT_FOR = timedelta(hours=1)


def invite(
    session: Session,
    group_id: UUID,
    draft: InvitationDraft,
    *,
    caller: Caller,
    codes: InvitationCodes,
    now: datetime,
) -> tuple[Invitation, str]:
    """Make an invitation; its code is told here, once.

    Any member brings a guest, who comes along with them. Members are invited by convenors, in an open group by anybody
    in it; workers by convenors alone, and the group's log says so.
    """
    here = enter(session, group_id, caller)
    _refuse_unless_theirs(here, draft)
    _refuse_nonsense(draft, now)
    code = codes.new()
    invitation = Invitation(
        group_id=group_id,
        made_by=here.member_id,
        role=draft.role,
        for_worker=draft.for_worker,
        code_hash=codes.hashed(code),
        uses_left=draft.uses,
        expires_at=now + timedelta(days=draft.days),
        stays_until=draft.stays_until,
    )
    session.add(invitation)
    if draft.for_worker:
        session.add(GroupNote(group_id=group_id, at=now, what=Happening.WORKER_INVITED, by=here.member_id))
    session.flush()
    return invitation, code


def revoke_invitation(session: Session, group_id: UUID, invitation_id: UUID, *, caller: Caller) -> None:
    """Take an invitation back: convenors any of the group's, everybody else their own. Done twice, it is done once."""
    here = enter(session, group_id, caller)
    here.refuse_strangers()
    gone = delete(Invitation).where(Invitation.id == invitation_id, Invitation.group_id == group_id)
    session.execute(gone if here.convenes else gone.where(Invitation.made_by == here.member_id))


def accept_invitation(
    session: Session, code: str, *, caller: Caller, codes: InvitationCodes, now: datetime
) -> tuple[Group, Membership]:
    """Come into the group that a code is for; raises InvitationRefused, which is remembered and never says why.

    Who belongs already uses nothing up, so that one who sends the code again is told the same.
    """
    member_id = caller.member_id
    if member_id is None:
        raise Unauthenticated
    # Codes are tried one at a time, so that no more can be guessed by trying many at once.
    lock_member(session, member_id)
    wrong = wrong_codes_since(session, member_id, now - WRONG_CODES_COUNT_FOR)
    entered = _use(session, codes.hashed(code), member_id, now) if wrong < MOST_WRONG_CODES else None
    if entered is not None:
        return entered
    if wrong < MOST_WRONG_CODES:
        session.add(WrongCode(member_id=member_id, at=now))
    raise InvitationRefused


def _use(session: Session, code_hash: str, member_id: UUID, now: datetime) -> tuple[Group, Membership] | None:
    found = invitation_of(session, code_hash, now)
    if found is None:
        return None
    lock_group(session, found.group_id)
    # Read again: whoever held the group meanwhile may have used it up or taken it back.
    invitation = invitation_of(session, code_hash, now)
    place = place_of(session, found.group_id, member_id)
    group = session.get_one(Group, found.group_id)
    if place is not None and invitation is not None and not _is_better(invitation, place):
        return group, place
    if invitation is None or not invitation.uses_left or not _may_come(session, group, invitation, member_id):
        return None
    invitation.uses_left -= 1
    return group, _let_in_by(session, invitation, member_id, now)


def _let_in_by(session: Session, invitation: Invitation, member_id: UUID, now: datetime) -> Membership:
    guest = invitation.role is Role.GUEST
    return let_in(
        session,
        invitation.group_id,
        member_id,
        invitation.role,
        came_with=invitation.made_by if guest else None,
        until=invitation.stays_until,
        now=now,
    )


def _is_better(invitation: Invitation, place: Membership) -> bool:
    return place.is_guest and invitation.role is not Role.GUEST


def _may_come(session: Session, group: Group, invitation: Invitation, member_id: UUID) -> bool:
    """Workers come into a hidden group only when the group knows that it lets in a worker."""
    return invitation.for_worker or not group.is_hidden or not duties_of(session, member_id)


def _refuse_unless_theirs(here: Standing, draft: InvitationDraft) -> None:
    here.refuse_strangers()
    for_anybody = draft.role is Role.GUEST or here.group.visibility is Visibility.OPEN
    if draft.for_worker or not for_anybody:
        here.refuse_all_but_convenors()


def _refuse_nonsense(draft: InvitationDraft, now: datetime) -> None:
    if draft.role is Role.CONVENOR:
        raise InvitationUnusable("Invite a member or a guest. Convenors are elected by the group.")
    if draft.stays_until is None:
        return
    if draft.role is not Role.GUEST:
        raise InvitationUnusable("Only a guest's stay has an end. Leave `stays_until` out.")
    if draft.stays_until <= now:
        raise InvitationUnusable("That stay would be over already. Give a later `stays_until`.")
