"""HTTP to the services: kept-alive connections, refusals as errors, and public answers kept as long as they may be."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx2
from pydantic import BaseModel, ValidationError

from services.web.once import Once
from shared.clients import refusal
from shared.errors import TryAgain
from shared.telemetry import headers_to_follow

MAX_AGE = re.compile(r"max-age=(\d+)")
KEPT_SECONDS_AT_MOST = 60
KEPT_ANSWERS_AT_MOST = 200
# One visitor waits for the new answer; those who come meanwhile are shown the one before.
GRACE_SECONDS = 2

# uvicorn lets an idle connection go after five seconds. We let go first, so that none dies as a request sets out.
IDLE_SECONDS = 4
LIMITS = httpx2.Limits(max_connections=100, max_keepalive_connections=50, keepalive_expiry=IDLE_SECONDS)
TIMEOUT = httpx2.Timeout(5, connect=2)


@dataclass(frozen=True)
class Kept[T]:
    """An answer for everybody. `serial` is another only when the answer says something else."""

    value: T
    serial: int
    body: bytes
    until: float
    seconds: int

    def is_good(self, now: float, *, renewing: bool) -> bool:
        """Whether it may still be shown: for its age, and a moment longer to those who come while it is renewed."""
        grace = GRACE_SECONDS if renewing and self.seconds else 0
        return self.until + grace > now


class Calls:
    """Calls the services. `ticks` tells seconds that never go back."""

    def __init__(
        self,
        url_of: Callable[[str], str],
        transport: httpx2.AsyncBaseTransport | None = None,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url_of = url_of
        # Proxies of this machine are for the world outside; the services are next door.
        self._client = httpx2.AsyncClient(transport=transport, limits=LIMITS, timeout=TIMEOUT, trust_env=False)
        self._ticks = ticks
        self._once = Once()
        self._kept: dict[Any, Kept[Any]] = {}
        self._serials = count()

    async def close(self) -> None:
        """Let the connections go."""
        await self._client.aclose()

    async def get[S: BaseModel](self, shape: type[S], service: str, path: str, token: str, **params: str) -> S:
        """What one member is answered; it is kept for nobody."""
        response = await self._send("GET", service, path, token=token, params=params)
        return _read(shape, response.content)

    async def get_file(self, service: str, path: str, token: str | None) -> bytes:
        """A file, as it is; it is kept for nobody."""
        return (await self._send("GET", service, path, token=token)).content

    async def get_tagged[S: BaseModel](self, shape: type[S], service: str, path: str, token: str) -> tuple[S, str]:
        """The same, and which version of it: what to send along with a change that is meant for that one."""
        response = await self._send("GET", service, path, token=token)
        return _read(shape, response.content), response.headers.get("etag", "")

    async def get_public[S: BaseModel](self, shape: type[S], service: str, path: str, **params: str) -> Kept[S]:
        """What anybody is answered, asked for again only when its `max-age` is over."""
        key = (service, path, *params.items())
        kept = self._kept.get(key)
        if kept is not None and kept.is_good(self._ticks(), renewing=self._once.is_under_way(key)):
            return kept
        return await self._once.run(key, lambda: self._renew(key, shape, service, path, params))

    async def send[S: BaseModel](
        self,
        shape: type[S],
        method: str,
        service: str,
        path: str,
        json: Any,
        *,
        key: str | None = None,
        token: str | None = None,
    ) -> S:
        """The answer to a request that changes something; with `key`, sending it again does nothing."""
        headers = {"Idempotency-Key": key} if key else {}
        response = await self._send(method, service, path, token=token, json=json, headers=headers)
        return _read(shape, response.content)

    async def tell(
        self, method: str, service: str, path: str, json: Any, *, token: str | None = None, seen: str | None = None
    ) -> None:
        """A request whose answer says nothing beyond that it was done; `seen` is the version that it is meant for."""
        headers = {"If-Match": seen} if seen else {}
        await self._send(method, service, path, token=token, json=json, headers=headers)

    async def _renew[S: BaseModel](
        self, key: Any, shape: type[S], service: str, path: str, params: dict[str, str]
    ) -> Kept[S]:
        asked = self._ticks()
        response = await self._send("GET", service, path, params=params)
        before = self._kept.pop(key, None)
        if before is not None and before.body == response.content:
            value, serial = before.value, before.serial
        else:
            value, serial = _read(shape, response.content), next(self._serials)
        seconds = _seconds_kept(response)
        kept = Kept(value, serial, response.content, asked + seconds, seconds)
        if len(self._kept) >= KEPT_ANSWERS_AT_MOST:
            del self._kept[next(iter(self._kept))]
        self._kept[key] = kept
        return kept

    async def _send(
        self,
        method: str,
        service: str,
        path: str,
        *,
        token: str | None = None,
        headers: dict[str, str] | None = None,
        **content: Any,
    ) -> httpx2.Response:
        headers = headers_to_follow() | (headers or {}) | ({"Authorization": f"Bearer {token}"} if token else {})
        try:
            response = await self._client.request(method, self._url_of(service) + path, headers=headers, **content)
        except httpx2.HTTPError as error:
            raise TryAgain(f"The {service} service does not answer.") from error
        if not response.is_success:
            raise refusal(response)
        return response


def _read[S: BaseModel](shape: type[S], body: bytes) -> S:
    try:
        return shape.model_validate_json(body)
    except ValidationError as error:
        # Something else than the service sits at its address, or it is of another version than these pages.
        raise TryAgain("The answer could not be read.") from error


def _seconds_kept(response: httpx2.Response) -> int:
    rule = response.headers.get("cache-control", "")
    if "private" in rule or "no-store" in rule:
        return 0
    found = MAX_AGE.search(rule)
    return min(int(found[1]), KEPT_SECONDS_AT_MOST) if found else 0
