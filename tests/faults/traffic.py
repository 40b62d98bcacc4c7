"""Requests that go on throughout: each counts one thing at a source, and is sent again until it was counted."""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Iterator

import httpx2

from tests.faults.world import SOURCES

CLIENTS = 8
RETRY_SECONDS = 0.25


class Traffic:
    """Sends `total` requests, evenly to both sources, at most `rate` a second, in a thread of its own."""

    def __init__(self, url: str, total: int, rate: float) -> None:
        self._url = url
        self._total = total
        self._gap = CLIENTS / rate
        self._numbers: Iterator[int] = iter(range(1, total + 1))
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))
        self.refused: Counter[str] = Counter()
        self.done = 0

    def start(self) -> None:
        self._thread.start()

    def join(self) -> None:
        self._thread.join()

    @property
    def going_on(self) -> bool:
        return self._thread.is_alive()

    async def _run(self) -> None:
        async with httpx2.AsyncClient(base_url=self._url, timeout=20) as client, asyncio.TaskGroup() as tasks:
            for _ in range(CLIENTS):
                tasks.create_task(self._send_all(client))

    async def _send_all(self, client: httpx2.AsyncClient) -> None:
        for n in self._numbers:
            began = time.monotonic()
            source = SOURCES[n % len(SOURCES)]
            counted = await self._send(client, source, n)
            while not counted:
                await asyncio.sleep(RETRY_SECONDS)
                counted = await self._send(client, source, n)
            self.done += 1
            await asyncio.sleep(max(0.0, self._gap - (time.monotonic() - began)))

    async def _send(self, client: httpx2.AsyncClient, source: str, n: int) -> bool:
        """Whether it was counted. The key makes sending it again harmless."""
        try:
            answer = await client.post(f"/{source}/things", json={"n": n}, headers={"Idempotency-Key": str(n)})
        except httpx2.HTTPError as error:
            self.refused[type(error).__name__] += 1
            return False
        if not answer.is_success:
            self.refused[str(answer.status_code)] += 1
        return answer.is_success
