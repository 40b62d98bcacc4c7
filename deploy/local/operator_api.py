"""The services' APIs as an operator's command calls them; every failure is one or two lines that say what to do."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2

from deploy.local.environment import adopt
from deploy.local.refusal import Refusal
from deploy.local.settings_check import required
from shared.auth import Signer

# A calendar of many years, or a thousand members, takes its time.
SECONDS = 120.0
FIELDS_SHOWN = 5


class OperatorApi:
    """One service's API, called in the operator's name with a token of five minutes."""

    def __init__(self, service: str, data: Path | None) -> None:
        adopt(data)
        self._service = service
        self._address = required("SERVICE_URLS").format(service=service)
        try:
            self._signer = Signer("operator", required("OPERATOR_SIGNING_KEY"))
        except (ValueError, TypeError) as error:
            raise Refusal("OPERATOR_SIGNING_KEY is wrong: it should hold an Ed25519 private key (PEM).") from error

    def ask(self, method: str, path: str, scope: str, *, headers: dict[str, str] | None = None, **content: Any) -> Any:
        """The JSON of the answer; None where there is nothing to say."""
        headers = {"Authorization": f"Bearer {self._signer.service_token(self._service, scope)}", **(headers or {})}
        try:
            with httpx2.Client(timeout=SECONDS, trust_env=False) as client:
                response = client.request(method, self._address + path, headers=headers, **content)
        except httpx2.TimeoutException as error:
            raise Refusal(
                f"{self._address} took longer than {SECONDS:.0f} s. Look whether it went in, and try again."
            ) from error
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise Refusal(
                f"Nothing answers at {self._address}. Is Afterhours running? `make run` starts it."
            ) from error
        if response.is_error:
            raise refused(response)
        return None if response.status_code == httpx2.codes.NO_CONTENT else self._body(response)

    def pages(self, path: str, scope: str, **params: Any) -> Iterator[dict[str, Any]]:
        """Every item of a list, page by page."""
        after: str | None = None
        while True:
            page = self.ask("GET", path, scope, params=params | ({"after": after} if after else {}))
            yield from page["items"]
            after = page.get("next")
            if not after:
                return

    def _body(self, response: httpx2.Response) -> Any:
        try:
            return response.json()
        except ValueError as error:
            raise Refusal(f"What answers at {self._address} is not Afterhours. Check SERVICE_URLS.") from error


class Refused(Refusal):
    """A service said no."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


def refused(response: httpx2.Response) -> Refused:
    """A problem document in a line: its title and detail, the fields it names, and what to look at."""
    try:
        body = dict(response.json())
    except (ValueError, TypeError):
        body = {}
    title = str(body.get("title") or f"The service answered {response.status_code}.")
    words = [title, str(body.get("detail") or "")]
    fields = body.get("fields")
    if isinstance(fields, list):
        words.append("; ".join(f"{field.get('where')}: {field.get('what')}" for field in fields[:FIELDS_SHOWN]) + ".")
    if response.status_code in {httpx2.codes.UNAUTHORIZED, httpx2.codes.FORBIDDEN}:
        words.append("Is OPERATOR_SIGNING_KEY the operator's key that the running services trust?")
    return Refused(" ".join(word for word in words if word), response.status_code)
