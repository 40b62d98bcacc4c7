from uuid import UUID

from services.members.invitation_codes import qr_of
from services.members.models import Invitation
from services.members.queries.groups import invitations_in
from services.members.routes.dependencies import MemberCaller, TheCodes, kept_nowhere, private
from services.members.schemas.groups import InvitationCode, InvitationDraft, InvitationMade, InvitationView, MyGroup
from services.members.use_cases import invitations as inviting
from services.members.use_cases import standing
from shared.web import InTransaction, Now, Page, page_of, router

invitations = router(prefix="/groups/{group_id}/invitations", tags=["invitations"])
acceptances = router(prefix="/invitations/acceptances", tags=["invitations"], dependencies=[kept_nowhere])


@invitations.post("", status_code=201, dependencies=[kept_nowhere])
def invite(
    group_id: UUID, draft: InvitationDraft, session: InTransaction, *, now: Now, caller: MemberCaller, codes: TheCodes
) -> InvitationMade:
    """Make an invitation. Its code is shown here, once."""
    invitation, code = inviting.invite(session, group_id, draft, caller=caller, codes=codes, now=now)
    link = codes.link(code)
    view = InvitationView.model_validate(invitation)
    return InvitationMade(**dict(view), code=code, link=link, qr=qr_of(link))


@invitations.get("", dependencies=[private])
def list_invitations(
    group_id: UUID, session: InTransaction, *, now: Now, caller: MemberCaller, after: str | None = None, limit: int = 50
) -> Page[InvitationView]:
    """The invitations that still work: all of them for convenors, one's own for everybody else in the group."""
    here = standing.look(session, group_id, caller)
    here.refuse_strangers()
    query = invitations_in(group_id, now, made_by=None if here.convenes else here.member_id)
    found, following = page_of(session, query, [Invitation.id], after=after, limit=limit)
    return Page(items=[InvitationView.model_validate(each) for each in found], next=following)


@invitations.delete("/{invitation_id}", status_code=204)
def revoke_invitation(group_id: UUID, invitation_id: UUID, session: InTransaction, caller: MemberCaller) -> None:
    """Take an invitation back."""
    inviting.revoke_invitation(session, group_id, invitation_id, caller=caller)


@acceptances.post("", status_code=201)
def accept_invitation(
    code: InvitationCode, session: InTransaction, *, now: Now, caller: MemberCaller, codes: TheCodes
) -> MyGroup:
    """Come into the group that a code is for."""
    group, place = inviting.accept_invitation(session, code.code, caller=caller, codes=codes, now=now)
    return MyGroup.of(group, place)
