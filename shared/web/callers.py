"""Who calls a route, what they may ask for, and what time it is."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Request

from shared.auth import Caller, Verifier
from shared.errors import Forbidden, Unauthenticated


def caller_of(request: Request) -> Caller | None:
    """Who signed this request, None for anybody; raises Unauthenticated when the token is no good."""
    header = request.headers.get("authorization")
    if not header:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated("Send a bearer token.")
    verifier: Verifier = request.app.state.verifier
    return verifier.caller(token.strip())


# These are `async` although they wait for nothing: FastAPI would give a plain function a thread of its own.
async def _current(request: Request) -> Caller | None:
    return caller_of(request)


async def _member(request: Request) -> Caller:
    caller = caller_of(request)
    if caller is None or caller.member_id is None:
        raise Unauthenticated
    return caller


async def _now(request: Request) -> datetime:
    now: datetime = request.app.state.clock()
    return now


CurrentCaller = Annotated[Caller | None, Depends(_current)]
MemberCaller = Annotated[Caller, Depends(_member)]
Now = Annotated[datetime, Depends(_now)]


def requires(scope: str) -> Any:
    """A dependency that lets only a service with this scope in."""

    async def check(request: Request) -> Caller:
        caller = caller_of(request)
        if caller is None:
            raise Unauthenticated("This is for the services of the forum. Send a service token.")
        if caller.scope != scope:
            raise Forbidden(f"This needs the scope {scope}.")
        return caller

    return Depends(check)
