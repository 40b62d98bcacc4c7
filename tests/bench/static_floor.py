"""What the same server does with nothing of ours in the way: the same number of bytes, from memory."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from deploy.local.engine import free_port
from tests.bench.http_load import HOST
from tests.bench.stack import shows_page, until

SECONDS_TO_STOP = 10.0


@contextmanager
def static_server(size: int) -> Iterator[int]:
    """A uvicorn with one answer of that size; its port."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.static_floor", str(port), str(size)])
    try:
        until(lambda: shows_page(port), 20, "the start of the static server")
        yield port
    finally:
        process.terminate()
        process.wait(SECONDS_TO_STOP)


def main(port: int, size: int) -> None:
    import uvicorn
    from starlette.types import Receive, Scope, Send

    body = b"x" * size
    headers = [(b"content-type", b"text/html"), (b"content-length", str(size).encode())]

    async def answer(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    uvicorn.run(answer, host=HOST, port=port, access_log=False, log_config=None, lifespan="off", server_header=False)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
