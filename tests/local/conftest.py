import json
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from deploy.local import command
from deploy.local.engines import Postgres, Valkey
from shared.testing.keys import Keyring

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    with Postgres(tmp_path_factory.mktemp("postgres"), durable=False) as engine:
        yield engine


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    with Valkey(tmp_path / "valkey") as engine:
        yield engine


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run `afterhours` in this process: its exit code, and what it wrote to standard output and standard error."""

    def run(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["afterhours", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            command.main()
        written = capsys.readouterr()
        return int(left.value.code or 0), written.out, written.err

    return run


@dataclass
class Service:
    """What the server answers, and what it was asked."""

    address: str = ""
    status: int = 200
    statuses: list[int] = field(default_factory=list)
    answers: list[Any] = field(default_factory=list)
    asked: list[tuple[str, str, dict[str, list[str]], bytes, str]] = field(default_factory=list)

    def __call__(self, request: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        body = request["wsgi.input"].read(int(request.get("CONTENT_LENGTH") or 0))
        token = request["HTTP_AUTHORIZATION"].removeprefix("Bearer ")
        query = parse_qs(request["QUERY_STRING"])
        self.asked.append((request["REQUEST_METHOD"], request["PATH_INFO"], query, body, token))
        answer = self.answers.pop(0)
        answer = answer() if callable(answer) else answer
        status = self.statuses.pop(0) if self.statuses else self.status
        start(f"{status} Told", [])
        return [answer if isinstance(answer, bytes) else json.dumps(answer).encode()]


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing is written down."""


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch, keys: Keyring) -> Iterator[Service]:
    service = Service()
    with make_server("127.0.0.1", 0, service, handler_class=Quiet) as server:
        service.address = f"http://127.0.0.1:{server.server_port}"
        monkeypatch.setenv("SERVICE_URLS", f"{service.address}/api/{{service}}")
        monkeypatch.setenv("OPERATOR_SIGNING_KEY", keys.private["operator"])
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield service
        server.shutdown()
        thread.join()
