"""What the routes take from the app: its keys, and a rule for answers that must not be kept."""

from typing import Annotated
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


async def _house(request: Request) -> House:
    house: House = request.app.state.house
    return house


async def _links(request: Request) -> Links:
    links: Links = request.app.state.links
    return links


async def _ledger(request: Request) -> Ledger:
    ledger: Ledger = request.app.state.ledger
    return ledger


async def _signer(request: Request) -> Signer:
    signer: Signer = request.app.state.signer
    return signer


async def _codes(request: Request) -> InvitationCodes:
    codes: InvitationCodes = request.app.state.invitation_codes
    return codes


async def _private(response: Response) -> None:
    response.headers["Cache-Control"] = "private, no-store"


async def _way_in(request: Request) -> WayIn:
    way_in: WayIn = request.app.state.way_in
    return way_in


async def _limits(request: Request) -> Limits:
    limits: Limits = request.app.state.limits
    return limits


async def _relying_party(request: Request) -> RelyingParty:
    party: RelyingParty = request.app.state.relying_party
    return party


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


def vouched(caller: Caller | None, asker: str | None) -> str | None:
    """Where somebody asks from, if web says so: anybody else could claim to be in another place each time."""
    return asker if caller and caller.scope == VOUCHES else None


async def _kept_nowhere(request: Request, response: Response) -> None:
    # The answer to a request with such a key is stored for a day, and these hold addresses, secrets or tokens. None of
    # them needs one: done twice, they do no harm.
    if "idempotency-key" in request.headers:
        raise AnswerNotKept("Send it again without one.")
    response.headers["Cache-Control"] = "no-store"


async def _interests(request: Request) -> list[str]:
    interests: list[str] = request.app.state.interests
    return interests


TheHouse = Annotated[House, Depends(_house)]
TheLedger = Annotated[Ledger, Depends(_ledger)]
TheLinks = Annotated[Links, Depends(_links)]
TheCodes = Annotated[InvitationCodes, Depends(_codes)]
TheRelyingParty = Annotated[RelyingParty, Depends(_relying_party)]
TheSigner = Annotated[Signer, Depends(_signer)]
TheInterests = Annotated[list[str], Depends(_interests)]
TheWayIn = Annotated[WayIn, Depends(_way_in)]
TheLimits = Annotated[Limits, Depends(_limits)]
MyId = Annotated[UUID, Depends(_my_id)]
kept_nowhere = Depends(_kept_nowhere)
# For what whoever holds somebody's phone could lock them out with.
recent = Depends(_recent)
private = Depends(_private)
