"""Is it alive, can it serve, what has it counted."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text

from shared.web.errors import problem

health = APIRouter(tags=["health"], include_in_schema=False)


@health.get("/health/live")
async def live() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@health.get("/health/ready")
def ready(request: Request) -> JSONResponse:
    """The service can do its work: its database answers. The broker is not asked: requests do without it."""
    sessions = request.app.state.sessions
    if sessions is not None:
        try:
            with sessions() as session:
                session.execute(text("SELECT 1"))
        except Exception:  # noqa: BLE001  # whatever the reason, the answer is «not ready»
            return problem(503, "not-ready", "The database does not answer.")
    return JSONResponse({"status": "ok"})


@health.get("/metrics")
def metrics() -> Response:
    """Prometheus' text format, for the whole process."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
