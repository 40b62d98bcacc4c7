from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from deploy.local.serve import together


class Service:
    """A small app that notes its beginning and end."""

    def __init__(self, name: str, *, ready: bool = True) -> None:
        self.lives: list[str] = []

        @asynccontextmanager
        async def lifespan(_: Starlette) -> AsyncIterator[None]:
            self.lives.append("begun")
            yield
            self.lives.append("ended")

        async def hello(_: Request) -> PlainTextResponse:
            return PlainTextResponse(name)

        async def is_ready(_: Request) -> JSONResponse:
            return JSONResponse({}, 200 if ready else 503)

        routes = [Route("/", hello), Route("/hello", hello), Route("/health/ready", is_ready)]
        self.app = Starlette(routes=routes, lifespan=lifespan)


def test_each_service_is_under_its_path_and_the_pages_take_the_rest():
    services = {name: Service(name) for name in ("web", "events", "chat")}
    with TestClient(together({name: service.app for name, service in services.items()})) as client:
        found = {path: client.get(path).text for path in ("/", "/hello", "/api/events/hello", "/chat/hello")}
    assert found == {"/": "web", "/hello": "web", "/api/events/hello": "events", "/chat/hello": "chat"}


def test_each_service_begins_and_ends_with_the_process():
    services = [Service("events"), Service("web")]
    with TestClient(together({"events": services[0].app, "web": services[1].app})):
        assert [service.lives for service in services] == [["begun"], ["begun"]]
    assert [service.lives for service in services] == [["begun", "ended"], ["begun", "ended"]]


def test_the_whole_is_ready_when_every_service_is():
    with TestClient(together({"events": Service("events").app})) as client:
        assert client.get("/health/live").status_code == 200
        assert client.get("/health/ready").json() == {"status": "ok"}
    waiting = {"events": Service("events", ready=False).app, "web": Service("web").app}
    with TestClient(together(waiting)) as client:
        answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json() == {"status": "not ready", "waiting_for": ["events"]}
