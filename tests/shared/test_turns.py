"""Requests take turns at the connections of their service, and none keeps a turn that it does not use."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import httpx2
import pytest
from fastapi import FastAPI, Request
from pydantic import BaseModel
from sqlalchemy import text

from shared.settings import CommonSettings
from shared.testing.databases import Databases
from shared.testing.keys import Keyring
from shared.web import InTransaction, create_app, router, transaction

MORE_THAN_THREADS = 100
CONNECTIONS = 2


class Draft(BaseModel):
    text: str


@pytest.fixture
def app(databases: Databases, keys: Keyring) -> Iterator[FastAPI]:
    """A service with two connections."""
    numbers = router()

    @numbers.get("/one")
    def one(session: InTransaction) -> int:
        return session.execute(text("SELECT 1")).scalar_one()

    @numbers.post("/drafts")
    def write(draft: Draft, _: InTransaction) -> int:
        return len(draft.text)

    @numbers.post("/files")
    async def take(request: Request, _: InTransaction) -> int:
        return len(await request.body())

    settings = CommonSettings(trusted_keys=keys.trusted)
    with databases.owned_sessions("feedback", pool_size=CONNECTIONS) as sessions:
        yield create_app("feedback", [numbers], settings, sessions=sessions)


def run[T](app: FastAPI, work: Callable[[httpx2.AsyncClient], Awaitable[T]]) -> T:
    async def with_client() -> T:
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test") as client:
            return await work(client)

    return asyncio.run(with_client())


def test_many_requests_at_once_wait_for_few_connections_and_none_fails(app: FastAPI):
    async def ask(client: httpx2.AsyncClient) -> list[int]:
        answers = await asyncio.gather(*(client.get("/one") for _ in range(MORE_THAN_THREADS)))
        return [answer.status_code for answer in answers]

    assert run(app, ask) == [200] * MORE_THAN_THREADS


@pytest.mark.parametrize("path", ["/drafts", "/files"])
def test_slow_uploads_keep_nobody_waiting(app: FastAPI, path: str):
    uploads = CONNECTIONS + 1

    async def work(client: httpx2.AsyncClient) -> list[int]:
        begun, go_on = asyncio.Semaphore(0), asyncio.Event()

        async def slowly() -> AsyncIterator[bytes]:
            yield b'{"text": '
            begun.release()
            await go_on.wait()
            yield b'"slow"}'

        headers = {"Content-Type": "application/json"}
        slow = [asyncio.create_task(client.post(path, content=slowly(), headers=headers)) for _ in range(uploads)]
        for _ in slow:
            await begun.acquire()
        meanwhile = await client.get("/one")
        go_on.set()
        return [meanwhile.status_code, *[answer.status_code for answer in await asyncio.gather(*slow)]]

    assert run(app, work) == [200] * (1 + uploads)


def test_who_waits_too_long_for_a_turn_is_told_to_try_again(app: FastAPI, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(transaction, "SECONDS_FOR_A_TURN", 0.01)

    async def work(client: httpx2.AsyncClient) -> tuple[httpx2.Response, httpx2.Response]:
        for _ in range(CONNECTIONS):
            await app.state.turns.acquire()
        refused = await client.get("/one")
        app.state.turns.release()
        monkeypatch.undo()
        return refused, await client.get("/one")

    refused, answered = run(app, work)
    assert (refused.status_code, refused.json()["type"]) == (503, "urn:afterhours:try-again")
    assert refused.headers["Retry-After"]
    assert answered.status_code == 200


@pytest.mark.parametrize("path", ["/drafts", "/files"])
def test_a_body_of_unsaid_length_is_refused_when_it_grows_too_large(app: FastAPI, path: str):
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 10_000

    async def work(client: httpx2.AsyncClient) -> httpx2.Response:
        return await client.post(path, content=endless(), headers={"Content-Type": "application/json"})

    refused = run(app, work)
    assert (refused.status_code, refused.json()["type"]) == (413, "urn:afterhours:too-large")
