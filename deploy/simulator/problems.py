"""Refusals: Twilio's shape under Twilio's paths, a small page for browsers, RFC 9457 documents for scripts."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from deploy.simulator.pages import show
from deploy.simulator.twilio_shapes import VERSION, TwilioError


def install(app: FastAPI) -> None:
    app.add_exception_handler(TwilioError, _twilio)
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.add_exception_handler(HTTPException, _refused)


async def _twilio(_request: Request, error: Exception) -> Response:
    if not isinstance(error, TwilioError):
        raise error
    headers = {"WWW-Authenticate": 'Basic realm="Twilio API"'} if error.status == HTTPStatus.UNAUTHORIZED else None
    return JSONResponse(error.body, status_code=error.status, headers=headers)


async def _not_understood(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    return _problem(request, HTTPStatus.UNPROCESSABLE_ENTITY, _reasons(error.errors()))


async def _refused(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    if request.url.path.startswith(f"/{VERSION}/"):
        return await _twilio(request, _in_twilios_words(error, request.url.path))
    return _problem(request, HTTPStatus(error.status_code), error.detail)


def _in_twilios_words(error: HTTPException, path: str) -> TwilioError:
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return TwilioError(error.status_code, 20004, "Method not allowed")
    return TwilioError(error.status_code, 20404, f"The requested resource {path} was not found")


def _problem(request: Request, status: HTTPStatus, detail: str) -> Response:
    if "text/html" in request.headers.get("Accept", ""):
        return show(request, "problem.html", status=status, problem=detail)
    body = {"type": "about:blank", "title": status.phrase, "status": int(status), "detail": detail}
    return JSONResponse(body, status_code=status, media_type="application/problem+json")


def _reasons(errors: Sequence[Any]) -> str:
    """Every value that cannot be used, by its name, with the reason."""
    return "; ".join(f"{'.'.join(str(part) for part in error['loc'][1:])}: {error['msg']}" for error in errors)
