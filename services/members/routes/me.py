from fastapi import Response

from services.members import use_cases
from services.members.routes.dependencies import MyId
from services.members.schemas.people import ExperienceDraft, Me, MeEdit
from shared.web import IfMatch, InTransaction, Now, router, tag, versions_in

me = router(prefix="/me", tags=["me"])


@me.get("")
def read_me(session: InTransaction, response: Response, member_id: MyId) -> Me:
    """What I have told the forum, but for my addresses. Its ETag is what to send as If-Match with a change."""
    return _tagged(response, use_cases.read_me(session, member_id))


@me.patch("")
def change_name(
    edit: MeEdit, session: InTransaction, response: Response, member_id: MyId, if_match: IfMatch = None
) -> Me:
    """Be called something else from now on, wherever my name is shown."""
    return _tagged(response, use_cases.change_name(session, member_id, edit.name, seen=versions_in(if_match)))


@me.put("/experience", status_code=204)
def say_experience(draft: ExperienceDraft, session: InTransaction, now: Now, member_id: MyId) -> None:
    """Say whether I use the service that the forum speaks of, or did. Nobody asks for it."""
    use_cases.say_experience(session, member_id, draft.experience, now=now)


@me.delete("/experience", status_code=204)
def unsay_experience(session: InTransaction, member_id: MyId) -> None:
    """Take back all I ever said of it."""
    use_cases.unsay_experience(session, member_id)


def _tagged(response: Response, shown: Me) -> Me:
    tag(response, shown.version)
    return shown
