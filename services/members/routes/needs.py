from uuid import UUID

from fastapi import Response

from services.members import use_cases
from services.members.routes.dependencies import MemberCaller, TheHouse
from services.members.routes.whom import Whom, named
from services.members.schemas.choices import Needs, NeedsSaid
from shared.web import IfMatch, InTransaction, Now, router, tag, versions_in

my_needs = router(prefix="/me/needs", tags=["choices"])
needs_of_a_member = router(prefix="/members/{member_id}/needs", tags=["choices"])


@my_needs.get("")
def read_needs(response: Response, session: InTransaction, whom: Whom, house: TheHouse) -> Needs:
    """All that I said I need, and who may know. Its ETag is what to send as If-Match with a change."""
    return _tagged(response, use_cases.read_needs(session, whom, house=house))


@my_needs.put("")
@needs_of_a_member.put("", dependencies=[named])
def say_needs(
    *,
    said: NeedsSaid,
    response: Response,
    session: InTransaction,
    whom: Whom,
    house: TheHouse,
    if_match: IfMatch = None,
) -> Needs:
    """Say all that is needed; what is left out is needed no more."""
    return _tagged(response, use_cases.say_needs(session, whom, said.items, seen=versions_in(if_match), house=house))


@needs_of_a_member.get("")
def look_at_needs(
    *, member_id: UUID, response: Response, session: InTransaction, now: Now, caller: MemberCaller, house: TheHouse
) -> Needs:
    """What somebody in my group lets its convenors know: they can read that I looked. All, when I am helping them."""
    return _tagged(response, use_cases.look_at_needs(session, member_id, caller, house=house, now=now))


def _tagged(response: Response, needs: Needs) -> Needs:
    tag(response, needs.version)
    return needs
