"""A request is one transaction, and it is committed before the first byte of the answer leaves.

So a commit that fails is an error the caller sees, and never a success that did not happen. FastAPI's dependencies with
`yield` would end after the answer has been sent; a route class ends before.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Annotated, Any

from anyio import CapacityLimiter, Semaphore, fail_after, to_thread
from fastapi import APIRouter, Depends, Request, Response
from fastapi.routing import APIRoute
from sqlalchemy.orm import Session
from starlette.requests import ClientDisconnect

from shared.errors import ServiceError, TryAgain
from shared.web.repetition import Repetition

Handler = Callable[[Request], Coroutine[Any, Any, Response]]

FIRST_FAILURE = 400
BODILESS = ("GET", "HEAD")
SECONDS_FOR_A_TURN = 5.0

# Ending a transaction must never wait for a thread that waits for that transaction's connection, so it has its own.
_ending = CapacityLimiter(16)


class TransactionalRoute(APIRoute):
    """Opens a session for the request; commits it when the answer is a success, and rolls it back otherwise.

    A refusal that says that it `keeps` is committed as well.
    """

    def get_route_handler(self) -> Handler:
        """The route's handler, inside a transaction."""
        handle = super().get_route_handler()

        async def in_turn(request: Request) -> Response:
            # Read first, and kept by the request: however slowly a body comes, nobody waits for it but who sends it.
            await _read(request)
            # No more requests than connections are let in. One that waited for its connection in a thread would keep
            # that thread from a request that has a connection and needs a thread to go on, until both give up.
            async with _turn(request.app.state.turns):
                return await _in_transaction(request, handle)

        return in_turn


async def _read(request: Request) -> None:
    if request.method in BODILESS:
        return
    try:
        await request.body()
    except ClientDisconnect as error:
        raise TryAgain("The request broke off.") from error


@asynccontextmanager
async def _turn(turns: Semaphore) -> AsyncIterator[None]:
    try:
        with fail_after(SECONDS_FOR_A_TURN):
            await turns.acquire()
    except TimeoutError as error:
        raise TryAgain("Many are asking at once. Nothing was changed.") from error
    try:
        yield
    finally:
        turns.release()


async def _in_transaction(request: Request, handle: Handler) -> Response:
    session: Session = request.app.state.sessions()
    request.state.session = session
    kept = False
    try:
        response = await _once(request, session, handle)
        kept = response.status_code < FIRST_FAILURE
    except ServiceError as refusal:
        kept = refusal.keeps
        raise
    finally:
        await to_thread.run_sync(_end, session, kept, limiter=_ending)
    return response


async def _once(request: Request, session: Session, handle: Callable[[Request], Awaitable[Response]]) -> Response:
    """The answer to a request; the stored one, when its `Idempotency-Key` was answered before."""
    repetition = await Repetition.of(request)
    if repetition is None:
        return await handle(request)
    before = await to_thread.run_sync(repetition.answer_before, session)
    if before is not None:
        return before
    response = await handle(request)
    await to_thread.run_sync(repetition.remember, session, response)
    return response


def _end(session: Session, kept: bool) -> None:  # noqa: FBT001  # run_sync passes arguments by position
    try:
        if kept:
            session.commit()
    finally:
        session.close()  # An open transaction is rolled back.


async def _session(request: Request) -> Session:
    session: Session = request.state.session
    return session


InTransaction = Annotated[Session, Depends(_session)]


def router(**options: Any) -> APIRouter:
    """A router whose every route runs in a transaction."""
    return APIRouter(route_class=TransactionalRoute, **options)
