"""Every refusal is a problem document (RFC 9457) that says what to do next. The kinds get their status here."""

import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException

from shared.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    PreconditionFailed,
    ServiceError,
    TooLarge,
    TryAgain,
    Unauthenticated,
)
from shared.telemetry import request_id

STATUS: dict[type[ServiceError], int] = {
    TooLarge: 413,
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    PreconditionFailed: 412,
    Invalid: 422,
    TryAgain: 503,
}

# How the OpenAPI documents speak of refusals.
PROBLEM_DOCUMENT: dict[str, Any] = {
    "description": "A problem document (RFC 9457). `detail` says what to do next.",
    "content": {
        "application/problem+json": {
            "schema": {
                "type": "object",
                "required": ["type", "title", "status"],
                "properties": {
                    "type": {"type": "string", "examples": ["urn:afterhours:not-found"]},
                    "title": {"type": "string"},
                    "status": {"type": "integer"},
                    "detail": {"type": "string"},
                    "request_id": {"type": "string"},
                },
            }
        }
    },
}

log = logging.getLogger(__name__)


def problem(status: int, code: str, title: str, detail: str = "", **extra: Any) -> JSONResponse:
    """One problem document. `request_id` is what to quote when asking for help."""
    body = {"type": f"urn:afterhours:{code}", "title": title, "status": status, "detail": detail}
    body |= {"request_id": request_id.get()} | extra
    headers = {503: {"Retry-After": "2"}, 401: {"WWW-Authenticate": "Bearer"}}.get(status)
    return JSONResponse(jsonable_encoder(body), status, headers, media_type="application/problem+json")


def status_of(error: ServiceError) -> int:
    """The status of an error's kind."""
    return next((status for kind, status in STATUS.items() if isinstance(error, kind)), 500)


async def _refused(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ServiceError)
    return problem(status_of(error), error.code, error.title, error.detail, **error.extra)


async def _malformed(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    # What was sent is not repeated: it may be a number or somebody's words, and answers are logged by proxies.
    fields = [{"where": ".".join(map(str, e["loc"])), "what": e["msg"]} for e in error.errors()]
    return problem(422, Invalid.code, Invalid.title, "Look at the fields named here.", fields=fields)


async def _http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    if error.status_code == STATUS[NotFound]:
        return problem(404, NotFound.code, NotFound.title)
    return problem(error.status_code, "http", str(error.detail))


async def _database_away(_: Request, error: Exception) -> JSONResponse:
    log.warning("the database did not answer", extra={"cause": type(error).__name__})
    return problem(503, TryAgain.code, TryAgain.title, "Nothing was changed. Try again in a moment.")


async def _not_storable(_: Request, __: Exception) -> JSONResponse:
    return problem(422, Invalid.code, Invalid.title, "It holds a character or a number that cannot be stored.")


def unexpected(error: Exception) -> JSONResponse:
    """The answer when nothing else knows one."""
    log.error("unexpected error", exc_info=error)
    return problem(500, "unexpected", "Something broke on our side.", "Nothing was changed. Try again later.")


def handle_errors(app: FastAPI) -> None:
    """Give an app the handlers above."""
    app.add_exception_handler(ServiceError, _refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http)
    for away in (OperationalError, InterfaceError, PoolTimeoutError):
        app.add_exception_handler(away, _database_away)
    app.add_exception_handler(DataError, _not_storable)
