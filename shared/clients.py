"""Calling another service's API, with a token of one's own, and its refusals as errors of one's own."""

from typing import Any

import httpx2

from shared.auth import Signer
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
from shared.telemetry import headers_to_follow

KINDS: dict[int, type[ServiceError]] = {
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    412: PreconditionFailed,
    413: TooLarge,
    422: Invalid,
}


def refusal(response: httpx2.Response) -> ServiceError:
    """The error that a problem document speaks of; `code` and `title` are those of the service that refused."""
    try:
        body = response.json()
    except ValueError:
        body = {}
    error = KINDS.get(response.status_code, TryAgain)(str(body.get("detail", "")))
    # The refusing service's own words are kept, so that whoever asked can pass them on.
    error.code = str(body.get("type", "")).removeprefix("urn:afterhours:") or error.code  # type: ignore[misc]
    error.title = str(body.get("title", error.title))  # type: ignore[misc]
    return error


class ServiceApi:
    """One service's API, over kept-alive connections; every failure to answer is TryAgain."""

    def __init__(
        self,
        service: str,
        url: str,
        signer: Signer,
        *,
        timeout: float = 10,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        self.service = service
        self._signer = signer
        # No proxy from the environment: what passes here are tokens, numbers and addresses.
        self._client = httpx2.Client(base_url=url, timeout=timeout, transport=transport, trust_env=False)

    def get(self, path: str, *, scope: str | None = None, token: str | None = None, **params: Any) -> Any:
        """The JSON answer to a GET."""
        return self._send("GET", path, scope=scope, token=token, params=params)

    def post(
        self, path: str, json: Any, *, scope: str | None = None, token: str | None = None, key: str | None = None
    ) -> Any:
        """The JSON answer to a POST; with `key`, sending it again does nothing."""
        headers = {"Idempotency-Key": key} if key else {}
        return self._send("POST", path, scope=scope, token=token, json=json, headers=headers)

    def put(self, path: str, json: Any, *, token: str) -> Any:
        """The JSON answer to a PUT."""
        return self._send("PUT", path, token=token, json=json)

    def patch(self, path: str, json: Any, *, token: str) -> Any:
        """The JSON answer to a PATCH."""
        return self._send("PATCH", path, token=token, json=json)

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()

    def _send(
        self,
        method: str,
        path: str,
        *,
        scope: str | None = None,
        token: str | None = None,
        headers: dict[str, str] | None = None,
        **content: Any,
    ) -> Any:
        if scope:
            token = self._signer.service_token(self.service, scope)
        headers = headers_to_follow() | (headers or {}) | ({"Authorization": f"Bearer {token}"} if token else {})
        try:
            response = self._client.request(method, path, headers=headers, **content)
        except httpx2.HTTPError as error:
            raise TryAgain(f"The {self.service} service does not answer.") from error
        if response.is_error:
            raise refusal(response)
        return response.json() if response.content else None
