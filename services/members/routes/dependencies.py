"""What the routes take from the app: its keys, and a rule for answers that must not be kept."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request, Response

from services.members.errors.sign_in import AnswerNotKept
from services.members.invitation_codes import InvitationCodes
from services.members.ledger import Ledger
from services.members.links import Links
from services.members.passkeys import RelyingParty
from services.members.use_cases import House, Limits, WayIn, refuse_ended, require_recent_sign_in
from shared.auth import Caller, Signer
from shared.errors import Unauthenticated
from shared.web import InTransaction, Now
from shared.web import MemberCaller as TokenOfMember

VOUCHES = "sign-in:vouch"
# Where everybody is who comes without web telling it: they share one limit.
UNKNOWN_ASKER = ""


def _of_the_app(name: str) -> Any:
    """A dependency that is what the app keeps by a name."""

    async def read(request: Request) -> Any:
        return getattr(request.app.state, name)

    return Depends(read)


async def _private(response: Response) -> None:
    response.headers["Cache-Control"] = "private, no-store"


def _member(session: InTransaction, caller: TokenOfMember) -> Caller:
    refuse_ended(session, caller)
    return caller


# Whoever asks with a token that outlived them, or its session, is asked to sign in again by every route that asks who
# they are.
MemberCaller = Annotated[Caller, Depends(_member)]


def _recent(session: InTransaction, caller: MemberCaller, now: Now) -> None:
    require_recent_sign_in(session, caller.session_id, now=now)


async def _my_id(caller: MemberCaller) -> UUID:
    if caller.member_id is None:
        raise Unauthenticated
    return caller.member_id


def vouched(caller: Caller | None, asker: str | None) -> str:
    """Where somebody asks from, if web says so: anybody else could claim to be in another place each time."""
    believed = caller is not None and caller.scope == VOUCHES
    return asker if asker and believed else UNKNOWN_ASKER


async def _kept_nowhere(request: Request, response: Response) -> None:
    # The answer to a request with such a key is stored for a day, and these hold addresses, secrets or tokens. None of
    # them needs one: done twice, they do no harm.
    if "idempotency-key" in request.headers:
        raise AnswerNotKept("Send it again without one.")
    response.headers["Cache-Control"] = "no-store"


TheHouse = Annotated[House, _of_the_app("house")]
TheLedger = Annotated[Ledger, _of_the_app("ledger")]
TheLinks = Annotated[Links, _of_the_app("links")]
TheCodes = Annotated[InvitationCodes, _of_the_app("invitation_codes")]
TheRelyingParty = Annotated[RelyingParty, _of_the_app("relying_party")]
TheSigner = Annotated[Signer, _of_the_app("signer")]
TheWayIn = Annotated[WayIn, _of_the_app("way_in")]
TheLimits = Annotated[Limits, _of_the_app("limits")]
MyId = Annotated[UUID, Depends(_my_id)]
kept_nowhere = Depends(_kept_nowhere)
# For what whoever holds somebody's phone could lock them out with.
recent = Depends(_recent)
private = Depends(_private)
