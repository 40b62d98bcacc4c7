"""Webhooks from the simulator to the product, signed and retried as Twilio signs and retries them."""

import asyncio
import logging
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from uuid import uuid4

import httpx2
from twilio.request_validator import RequestValidator

from deploy.simulator.faults import Luck

log = logging.getLogger(__name__)

TRIES = 2
SERVER_ERRORS = 500
BUSY = 429


@dataclass(frozen=True)
class Answer:
    """What the product said to a webhook."""

    status: int
    text: str
    content_type: str

    @property
    def good(self) -> bool:
        return httpx2.codes.is_success(self.status)


class Webhooks:
    """Calls the product. One instance, one pool of connections.

    `really_at` is where calls go whatever their address says; they are signed for the address that they name.
    """

    def __init__(self, token: str, luck: Luck, timeout: float, really_at: str | None = None) -> None:
        self._validator = RequestValidator(token)
        self._luck = luck
        self._timeout = timeout
        self._really_at = httpx2.URL(really_at) if really_at else None
        # Proxies of this machine are for the world outside; the product is next door.
        self._client = httpx2.AsyncClient(timeout=timeout, trust_env=False)

    async def close(self) -> None:
        await self._client.aclose()

    async def post(self, url: str, form: Mapping[str, str]) -> list[Answer]:
        """Deliver one webhook; the answers, of which there may be two (duplicate) or none (given up)."""
        answers = [await self._deliver(url, form)]
        if self._luck.strikes("webhook", "duplicate"):
            answers.append(await self._deliver(url, form))
        return [answer for answer in answers if answer is not None]

    async def _deliver(self, url: str, form: Mapping[str, str]) -> Answer | None:
        await self._luck.delay("webhook")
        headers = {
            "X-Twilio-Signature": self._validator.compute_signature(url, form),
            # Twilio names a webhook so that a retry can be told from a second message.
            "I-Twilio-Idempotency-Token": str(uuid4()),
            "User-Agent": "TwilioProxy/1.1",
        }
        for _ in range(TRIES):
            answer = await self._try(url, form, headers)
            if answer is not None:
                return answer
        log.warning("A webhook was given up after %d tries.", TRIES)
        return None

    async def _try(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Answer | None:
        """One call; None when it is worth another try."""
        if any(self._luck.strikes("webhook", fault) for fault in ("drop", "error_429", "error_5xx")):
            # Lost on the way, or refused by something in front of the product, which hears nothing of it.
            return None
        try:
            async with asyncio.timeout(self._timeout):
                response = await self._client.post(self._reached(url), data=dict(form), headers=dict(headers))
        except (httpx2.HTTPError, httpx2.InvalidURL, TimeoutError) as error:
            log.warning("A webhook failed: %s", type(error).__name__)
            return None
        if response.status_code >= SERVER_ERRORS or response.status_code == BUSY:
            return None
        if self._luck.strikes("webhook", "accept_then_die"):
            # The product did its work, and its answer is lost: it hears the same once more.
            return None
        return Answer(response.status_code, response.text, response.headers.get("Content-Type", ""))

    def _reached(self, url: str) -> httpx2.URL:
        named = httpx2.URL(url)
        at = self._really_at
        return named.copy_with(scheme=at.scheme, host=at.host, port=at.port) if at else named


class Background:
    """Work that goes on after an answer was given, and is dropped when the simulator stops."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    @property
    def idle(self) -> bool:
        return not self._tasks

    async def close(self) -> None:
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("Work in the background failed.", exc_info=error)
