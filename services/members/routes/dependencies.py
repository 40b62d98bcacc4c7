"""What the routes take from the app: its keys, and a rule for answers that must not be kept."""

from typing import Annotated

from fastapi import Depends, Request, Response

from services.members.errors import AnswerNotKept
from services.members.invitation_codes import InvitationCodes
from services.members.links import Links
from services.members.use_cases import House
from shared.auth import Signer


async def _house(request: Request) -> House:
    house: House = request.app.state.house
    return house


async def _links(request: Request) -> Links:
    links: Links = request.app.state.links
    return links


async def _signer(request: Request) -> Signer:
    signer: Signer = request.app.state.signer
    return signer


async def _codes(request: Request) -> InvitationCodes:
    codes: InvitationCodes = request.app.state.invitation_codes
    return codes


async def _private(response: Response) -> None:
    response.headers["Cache-Control"] = "private, no-store"


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
TheLinks = Annotated[Links, Depends(_links)]
TheCodes = Annotated[InvitationCodes, Depends(_codes)]
TheSigner = Annotated[Signer, Depends(_signer)]
TheInterests = Annotated[list[str], Depends(_interests)]
kept_nowhere = Depends(_kept_nowhere)
private = Depends(_private)
