"""The app of a service. It returns a plain FastAPI; a service may add to it."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from anyio import Semaphore
from fastapi import APIRouter, FastAPI
from fastapi.telemetry import TelemetryConfig

from shared.auth import Verifier
from shared.clock import clock_from
from shared.db import Sessions, disconnect, open_at_once
from shared.messaging import Handlers, LogReader, Subscription
from shared.settings import CommonSettings
from shared.web.errors import PROBLEM_DOCUMENT, handle_errors
from shared.web.health import health
from shared.web.messages import messages
from shared.web.middleware import AroundRequests
from shared.web.parked import parked

KILOBYTE = 1024

type Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]

# FastAPI's own would export the path and the query of every request, and those hold personal links.
NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}


def create_app(
    service: str,
    routers: Sequence[APIRouter],
    settings: CommonSettings,
    *,
    sessions: Sessions | None = None,
    log: LogReader | None = None,
    subscriptions: Sequence[Subscription] = (),
    max_body: int = 64 * KILOBYTE,
) -> FastAPI:
    """A service's HTTP side: its routes, health, metrics and, when it has a log, the way to read it.

    `subscriptions` is what it hears, so that what was parked can be tried again. `max_body` is how many bytes of a
    request are read; a service that takes in files reads more.
    """
    # No page of documentation: FastAPI's runs another host's script, on the very origin of the members' pages.
    app = FastAPI(
        title=f"Afterhours: {service}",
        lifespan=_until_closed(sessions),
        docs_url=None,
        redoc_url=None,
        telemetry=NO_TELEMETRY,
        responses={"default": PROBLEM_DOCUMENT},
    )
    app.state.service, app.state.sessions, app.state.log = service, sessions, log
    app.state.turns = Semaphore(open_at_once(sessions) if sessions is not None else 1)
    app.state.clock = clock_from(settings.clock_offset)
    app.state.verifier = Verifier(service, settings.trusted())
    app.state.handlers = Handlers(subscriptions)
    handle_errors(app)
    app.add_middleware(AroundRequests, service=service, max_body=max_body)
    mechanism = ([messages] if log is not None else []) + ([parked] if subscriptions else [])
    for router in [health, *routers, *mechanism]:
        app.include_router(router)
    return app


def _until_closed(sessions: Sessions | None) -> Lifespan:
    """Let the database's connections go when the app ends."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        if sessions is not None:
            disconnect(sessions)

    return lifespan
