"""Around every request: an id, a measure, a limit to how much is read."""

import re
import time
from uuid import uuid4

from prometheus_client import Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.errors import TooLarge
from shared.telemetry import continued_trace, describe_span, request_id
from shared.web.errors import problem, unexpected

SECONDS = Histogram(
    "http_request_seconds",
    "Time from the first byte read to the last byte written",
    ["service", "method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15),
)
SOUND_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


def route_of(scope: Scope) -> str:
    """The pattern of the path. The path itself may hold somebody's personal link, so it is told to nobody."""
    return getattr(scope.get("route"), "path", "none")


class AroundRequests:
    """Plain ASGI: no task or buffer per request."""

    def __init__(self, app: ASGIApp, service: str, max_body: int) -> None:
        self._app = app
        self._service = service
        self._max_body = max_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get("x-request-id", "")
        rid = given if SOUND_ID.fullmatch(given) else uuid4().hex
        token = request_id.set(rid)
        started = time.perf_counter()
        status, answered = 500, False

        async def send_with_id(message: Message) -> None:
            nonlocal status, answered
            if message["type"] == "http.response.start":
                status, answered = message["status"], True
                MutableHeaders(scope=message)["X-Request-Id"] = rid
            await send(message)

        try:
            if int(headers.get("content-length") or 0) > self._max_body:
                await self._too_large()(scope, receive, send_with_id)
                return
            with continued_trace(headers.get("traceparent"), f"{scope['method']} {self._service}"):
                await self._app(scope, self._counted(receive), send_with_id)
                describe_span({"http.route": route_of(scope), "http.response.status_code": status})
        except Exception as error:
            # Here and not in a handler of the app's: those for just any error run outside, where the id is forgotten.
            if answered:
                raise
            await unexpected(error)(scope, receive, send_with_id)
        finally:
            SECONDS.labels(self._service, scope["method"], route_of(scope), status).observe(
                time.perf_counter() - started
            )
            request_id.reset(token)

    def _too_large(self) -> ASGIApp:
        return problem(413, TooLarge.code, TooLarge.title, f"At most {self._max_body // 1024} KB are read here.")

    def _counted(self, receive: Receive) -> Receive:
        """Stops reading a body that came without saying how long it is."""
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self._max_body:
                raise TooLarge(f"At most {self._max_body // 1024} KB are read here.")
            return message

        return counted
