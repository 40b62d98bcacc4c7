"""The simulator as one process: an HTTP server and a mail server on two ports, in one event loop."""

import asyncio
import logging
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from pydantic import ValidationError

from deploy.simulator import fault_forms, mail_pages, phone_pages, problems, sent, twilio_api
from deploy.simulator.hang_up import HangUpProtocol
from deploy.simulator.mail import Postman
from deploy.simulator.pages import HERE
from deploy.simulator.settings import SimulatorSettings
from deploy.simulator.simulator import assemble

SECONDS_TO_FINISH = 2


def create(settings: SimulatorSettings) -> FastAPI:
    """The HTTP side, with all state in `app.state.simulator`."""
    simulator = assemble(settings)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        await simulator.close()

    app = FastAPI(title="Afterhours simulator", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.simulator = simulator
    for part in (twilio_api, sent, phone_pages, mail_pages, fault_forms):
        app.include_router(part.router)
    app.mount("/static", StaticFiles(directory=HERE / "static"))
    problems.install(app)
    return app


class Server:
    """Both servers, on sockets that are bound already."""

    def __init__(self, settings: SimulatorSettings, http: socket.socket, smtp: socket.socket) -> None:
        self.app = create(settings)
        self._http = http
        self._smtp = smtp
        # No access log: its lines would hold phone numbers.
        config = uvicorn.Config(
            self.app,
            http=HangUpProtocol,
            access_log=False,
            log_level="warning",
            timeout_graceful_shutdown=SECONDS_TO_FINISH,
        )
        self._uvicorn = uvicorn.Server(config)

    def run(self) -> None:
        """Serve until a signal or `stop`."""
        # These libraries name people's addresses at the level below, and no log line may.
        for library in ("mail.log", "httpx2"):
            logging.getLogger(library).setLevel(logging.WARNING)
        with asyncio.Runner(loop_factory=self._uvicorn.config.get_loop_factory()) as runner:
            runner.run(self._serve())

    def stop(self) -> None:
        """End `run`, from any thread."""
        self._uvicorn.should_exit = True

    async def _serve(self) -> None:
        postman = Postman(self.app.state.simulator)
        loop = asyncio.get_running_loop()
        mail = await loop.create_server(postman.connect, sock=self._smtp)
        try:
            await self._uvicorn.serve(sockets=[self._http])
        finally:
            mail.close()
            postman.close()


def run(host: str = "127.0.0.1", port: int = 8025, smtp_port: int = 8026) -> None:
    """Serve until SIGTERM or SIGINT, then return. What hinders the start is said in a line."""
    logging.basicConfig(level=logging.WARNING)
    server = Server(_settings(), bind(host, port), bind(host, smtp_port))
    # While it serves, uvicorn hears the signals itself; afterwards it raises them again for us, and it is over by then.
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: server.stop())
    server.run()


def bind(host: str, port: int) -> socket.socket:
    """A listening socket, or one line that says why not."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=1024)
    except OSError as error:
        reason = error.strerror or str(error)
        raise SystemExit(f"The simulator cannot use port {port} on {host}: {reason}. Choose another port.") from error


def _settings() -> SimulatorSettings:
    try:
        return SimulatorSettings()
    except ValidationError as error:
        wrong = "; ".join(f"{problem['loc'][0]}: {problem['msg']}" for problem in error.errors())
        raise SystemExit(f"The simulator's settings cannot be used. {wrong}.") from error
