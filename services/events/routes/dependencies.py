"""What several routes take, and a rule for who may keep an answer."""

from typing import Annotated

from fastapi import Depends, Response

from shared.auth import Caller
from shared.errors import Unauthenticated
from shared.web import CurrentCaller


async def _caller_with_a_token(caller: CurrentCaller) -> Caller:
    if caller is None:
        raise Unauthenticated
    return caller


def say_who_may_keep_it(response: Response, caller: Caller | None) -> None:
    """What anyone may see, a front end keeps for a second; what somebody's token shows, nobody keeps."""
    response.headers["Cache-Control"] = "public, max-age=1" if caller is None else "private, no-store"
    response.headers["Vary"] = "Authorization"


SignedIn = Annotated[Caller, Depends(_caller_with_a_token)]
