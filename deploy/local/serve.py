"""Services in one uvicorn process, each under its path, as behind the gateway."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import httpx2
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route

from deploy.local.parts import made
from deploy.local.ports import require_free
from deploy.local.settings_check import check_settings, setting
from shared.telemetry import start_logging, start_tracing

PATHS = {
    "members": "/api/members",
    "events": "/api/events",
    "feedback": "/api/feedback",
    "notifications": "/api/notifications",
    "chat": "/chat",
    "web": "/",
}
SECONDS_TO_FINISH = 2


def serve(names: Sequence[str], host: str, port: int) -> None:
    """Until SIGTERM or SIGINT; requests under way are finished first."""
    require_free(port, "--port", "the pages and APIs", host=host)
    start_logging(setting("LOG_LEVEL") or "INFO")
    start_tracing("+".join(names), setting("OTEL_ENDPOINT"))
    check_settings(names)
    app = together({name: made(name, "app") for name in names})
    uvicorn.run(
        app,
        host=host,
        port=port,
        # The pages' addresses hold personal links, which must not be written down anywhere.
        access_log=False,
        log_config=None,
        lifespan="on",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=SECONDS_TO_FINISH,
    )


def together(apps: Mapping[str, Starlette]) -> Starlette:
    """One app of several; the pages at `/` come last, because they would take every path."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        # A mounted app does not hear of the start and the end by itself.
        async with AsyncExitStack() as stack:
            for app in apps.values():
                await stack.enter_async_context(app.router.lifespan_context(app))
            yield

    async def live(_: Request) -> JSONResponse:
        return JSONResponse({"status": "ok"})

    async def ready(_: Request) -> JSONResponse:
        answers = await asyncio.gather(*map(is_ready, apps.values()))
        waiting = [name for name, answer in zip(apps, answers, strict=True) if not answer]
        body = {"status": "not ready", "waiting_for": waiting} if waiting else {"status": "ok"}
        return JSONResponse(body, 503 if waiting else 200)

    mounts = [Mount(PATHS[name], app) for name, app in sorted(apps.items(), key=lambda each: -len(PATHS[each[0]]))]
    routes = [Route("/health/live", live), Route("/health/ready", ready), *mounts]
    return Starlette(routes=routes, lifespan=lifespan)


async def is_ready(app: Starlette) -> bool:
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://inside") as client:
        return (await client.get("/health/ready")).is_success
