"""A running simulator, a product for its webhooks to call, and the clients nobody here wrote."""

import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from smtplib import SMTP
from typing import Any
from urllib.parse import parse_qsl

import httpx2
import pytest
from pydantic import SecretStr
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from deploy.simulator.app import Server, bind
from deploy.simulator.settings import SimulatorSettings

ACCOUNT = "AC" + "5" * 32
TOKEN = "not-a-real-token"
OURS = "+447700900000"
PHONE = "+447700900123"


def until[Result](look: Callable[[], Result], seconds: float = 8.0) -> Result:
    """What `look` finds, as soon as it finds something."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while not (found := look()):
        assert time.monotonic() < deadline, "The deadline passed before it happened."
        pause.wait(0.005)
    return found


@dataclass(frozen=True)
class Call:
    """One webhook as the product saw it."""

    path: str
    form: dict[str, str]
    headers: dict[str, str]


@dataclass
class Product:
    """Stands where chat and notifications are: hears webhooks, and answers what the test told it to."""

    url: str = ""
    calls: list[Call] = field(default_factory=list)
    answers: deque[tuple[int, str]] = field(default_factory=deque)
    otherwise: tuple[int, str] = (200, "<Response/>")
    silent: threading.Event | None = None

    def says(self, *texts: str) -> None:
        messages = "".join(f"<Message>{text}</Message>" for text in texts)
        self.answers.append((200, f'<?xml version="1.0" encoding="UTF-8"?><Response>{messages}</Response>'))

    def hears(self, count: int, path: str = "") -> list[Call]:
        """The first calls, once there are `count` of them."""
        return until(lambda: found if len(found := [c for c in self.calls if path in c.path]) >= count else [])

    def signed(self, call: Call, **changes: str) -> bool:
        """Whether Twilio's own validator takes this call for Twilio's."""
        valid: bool = RequestValidator(TOKEN).validate(
            self.url + call.path, call.form | changes, call.headers["X-Twilio-Signature"]
        )
        return valid


@contextmanager
def listening(product: Product) -> Iterator[Product]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = dict(parse_qsl(body, keep_blank_values=True, strict_parsing=True))
            product.calls.append(Call(self.path, form, dict(self.headers)))
            if product.silent is not None:
                product.silent.wait(10)
            status, text = product.answers.popleft() if product.answers else product.otherwise
            self.send_response(status)
            self.send_header("Content-Type", "application/xml")
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    product.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield product
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Running:
    """A simulator that really runs, and how to reach it."""

    server: Server
    url: str
    smtp_port: int
    http: httpx2.Client

    def sent(self, **query: str | int) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.http.get("/sent.json", params=query).json()["items"]
        return items

    def faults(self, **channels: dict[str, float]) -> None:
        self.http.put("/faults", json={**channels, "seed": 7}).raise_for_status()

    def text(self, text: str, number: str = PHONE) -> dict[str, Any]:
        answer: dict[str, Any] = (
            self.http.post(f"/phones/{number}/texts", json={"text": text}).raise_for_status().json()
        )
        return answer


@contextmanager
def running(settings: SimulatorSettings) -> Iterator[Running]:
    http, smtp = bind("127.0.0.1", 0), bind("127.0.0.1", 0)
    server = Server(settings, http, smtp)
    url, smtp_port = f"http://127.0.0.1:{_port(http)}", _port(smtp)
    thread = threading.Thread(target=server.run)
    thread.start()
    with httpx2.Client(base_url=url, timeout=20, trust_env=False) as client:
        yield Running(server, url, smtp_port, client)
    server.stop()
    thread.join()


def _port(bound: socket.socket) -> int:
    port: int = bound.getsockname()[1]
    return port


def settings_for(product: Product, **more: Any) -> SimulatorSettings:
    return SimulatorSettings(
        account_sid=ACCOUNT,
        auth_token=SecretStr(TOKEN),
        sms_from=OURS,
        inbound_url=f"{product.url}/chat/sms",
        **more,
    )


@pytest.fixture(scope="session")
def _product() -> Iterator[Product]:
    with listening(Product()) as product:
        yield product


@pytest.fixture(scope="session")
def _simulator(_product: Product) -> Iterator[Running]:
    with running(settings_for(_product)) as simulator:
        yield simulator


@pytest.fixture
def simulator(_simulator: Running) -> Running:
    """The same server for every test, emptied once the test before has nothing on its way any more."""
    until(lambda: _simulator.server.app.state.simulator.background.idle)
    _simulator.http.delete("/sent.json", params={"opt_outs": True}).raise_for_status()
    _simulator.http.put("/faults", json={}).raise_for_status()
    return _simulator


@pytest.fixture
def product(_product: Product, simulator: Running) -> Product:
    _product.calls.clear()
    _product.answers.clear()
    _product.otherwise = (200, "<Response/>")
    return _product


@contextmanager
def signed_in(url: str, token: str = TOKEN) -> Iterator[Client]:
    client = Client(ACCOUNT, token)
    client.api.base_url = url
    yield client
    client.http_client.session.close()


@pytest.fixture
def twilio(simulator: Running) -> Iterator[Client]:
    """Twilio's own SDK, told only another address."""
    with signed_in(simulator.url) as client:
        yield client


@pytest.fixture
def smtp(simulator: Running) -> Iterator[SMTP]:
    with SMTP("127.0.0.1", simulator.smtp_port, timeout=10) as client:
        yield client
