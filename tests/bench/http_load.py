"""Many requests at once, from a process of its own, so that the server keeps its interpreter to itself.

The requests are bytes made beforehand and the answers are hardly read: it costs a small part of what the quickest
server costs, which the floor beside every figure shows.
"""

import asyncio
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import cycle
from typing import cast

from tests.bench import child

HOST = "127.0.0.1"
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
HEAD_ENDS = b"\r\n\r\n"
SECONDS_AT_MOST = 60.0


@dataclass(frozen=True)
class Answers:
    """What came back, how fast. Times are in milliseconds; `size` is the body of the last answer, in bytes."""

    per_second: float
    p50: float
    p99: float
    statuses: dict[str, int]
    size: int

    def require(self, status: int) -> "Answers":
        """These answers, when all have that status: refusals must not pass for speed."""
        if set(self.statuses) != {str(status)}:
            raise RuntimeError(f"expected only {status}, and there came {self.statuses}")
        return self


def get(path: str, port: int) -> bytes:
    """A GET as a browser sends it."""
    return request("GET", path, port, {"Accept-Encoding": "gzip"})


def request(method: str, path: str, port: int, headers: dict[str, str], body: bytes = b"") -> bytes:
    headers = {"Host": f"{HOST}:{port}"} | headers | ({"Content-Length": str(len(body))} if body else {})
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join(lines).encode() + HEAD_ENDS + body


def load(
    port: int, requests: Sequence[bytes], concurrency: int, seconds: float = SECONDS_AT_MOST, *, once: bool = False
) -> Answers:
    """Send `requests` over and over for so many seconds, or `once` each and no longer than that."""
    texts = [each.decode() for each in requests]
    told = {"port": port, "requests": texts, "concurrency": concurrency, "seconds": seconds, "once": once}
    return Answers(**child.ask_child(__name__, **told))


@dataclass
class Run:
    """One run. Each connection takes the next request as soon as it has its answer."""

    requests: Iterator[bytes]
    until: float
    millis: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    size: int = 0

    def next(self, now: float) -> bytes | None:
        return next(self.requests, None) if now < self.until else None


class Connection(asyncio.Protocol):
    """One kept connection. `over` is done when there is nothing left to ask."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._received = b""
        self._sent_at = 0.0
        self.over = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's own transports do not call themselves asyncio's.
        self._transport = cast("asyncio.Transport", transport)

    def begin(self) -> None:
        self._send(time.perf_counter())

    def data_received(self, data: bytes) -> None:
        self._received = self._received + data if self._received else data
        head = self._received.find(HEAD_ENDS)
        if head < 0:
            return
        found = LENGTH.search(self._received, 0, head)
        size = int(found[1]) if found else 0
        if len(self._received) < head + len(HEAD_ENDS) + size:
            return
        now = time.perf_counter()
        self._run.millis.append((now - self._sent_at) * 1000)
        self._run.statuses[self._received[9:12].decode()] += 1
        self._run.size = size
        self._received = b""
        self._send(now)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.over.done():
            self.over.set_exception(error or ConnectionError("the server closed a connection that was in use"))

    def _send(self, now: float) -> None:
        request = self._run.next(now)
        if request is None:
            if not self.over.done():
                self.over.set_result(None)
            return
        self._sent_at = now
        self._transport.write(request)


async def run(port: int, requests: Iterator[bytes], concurrency: int, seconds: float) -> Answers:
    loop = asyncio.get_running_loop()
    state = Run(requests, until=0)
    pairs = [await loop.create_connection(lambda: Connection(state), HOST, port) for _ in range(concurrency)]
    connections = [connection for _, connection in pairs]
    begun = time.perf_counter()
    state.until = begun + seconds
    for connection in connections:
        connection.begin()
    await asyncio.gather(*(connection.over for connection in connections))
    passed = time.perf_counter() - begun
    millis = sorted(state.millis)
    return Answers(
        per_second=len(millis) / passed,
        p50=millis[len(millis) // 2],
        p99=millis[len(millis) * 99 // 100],
        statuses=dict(state.statuses),
        size=state.size,
    )


def main() -> None:
    import uvloop

    plan = child.told()
    requests = [each.encode() for each in plan["requests"]]
    each = iter(requests) if plan["once"] else cycle(requests)
    answers = uvloop.run(run(plan["port"], each, plan["concurrency"], plan["seconds"]))
    child.answer(asdict(answers))


if __name__ == "__main__":
    main()
