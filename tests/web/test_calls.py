import asyncio
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from services.web.apis import Apis
from services.web.calls import Calls
from services.web.once import Once
from services.web.session import SignIns
from shared.errors import TryAgain
from shared.telemetry import request_id

PROGRAMME: dict[str, Any] = {"items": [], "next": None}
SIGNED_IN = {
    "token": "t",
    "expires_in": 600,
    "member": {"id": "0198f000-0000-7000-8000-0000000000c1", "name": "Member 7"},
}


class Ticks:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def apis(answer: Callable[[httpx2.Request], Any], ticks: Ticks) -> Apis:
    return Apis(Calls("http://inside/{}".format, httpx2.MockTransport(answer), ticks), str)


def run(work: Callable[[], Any]) -> Any:
    return asyncio.run(work())


def test_sixteen_who_wait_make_one_call():
    asked = 0

    async def answer(_: httpx2.Request) -> httpx2.Response:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0)
        return httpx2.Response(200, json=PROGRAMME)

    async def work() -> None:
        client = apis(answer, Ticks())
        got = await asyncio.gather(*(client.programme.public_list(None, None) for _ in range(16)))
        assert len({each.serial for each in got}) == 1

    run(work)
    assert asked == 1


def test_a_kept_answer_ends_with_its_age_and_keeps_its_serial_while_nothing_changed():
    programme: dict[str, Any] = {"items": [], "next": None}

    def answer(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, json=programme, headers={"Cache-Control": "public, max-age=1"})

    async def work() -> None:
        ticks = Ticks()
        client = apis(answer, ticks)
        first = await client.programme.public_list(None, None)
        programme["next"] = "more"
        assert await client.programme.public_list(None, None) is first
        ticks.now = 1.0
        second = await client.programme.public_list(None, None)
        assert second.serial != first.serial
        ticks.now = 2.0
        third = await client.programme.public_list(None, None)
        assert third is not second
        assert third.serial == second.serial

    run(work)


@pytest.mark.parametrize(
    ("rule", "late", "waits"), [("max-age=1", 0.5, False), ("max-age=1", 2, True), ("", 0.5, True)]
)
def test_while_an_answer_is_renewed_only_one_waits(rule: str, late: float, waits: bool):
    async def work() -> None:
        ticks, gate = Ticks(), asyncio.Event()
        gate.set()

        async def answer(_: httpx2.Request) -> httpx2.Response:
            await gate.wait()
            return httpx2.Response(200, json=PROGRAMME, headers={"Cache-Control": rule})

        client = apis(answer, ticks)
        await client.programme.public_list(None, None)
        gate.clear()
        ticks.now = 1 + late
        first = asyncio.ensure_future(client.programme.public_list(None, None))
        await asyncio.sleep(0)
        second = asyncio.ensure_future(client.programme.public_list(None, None))
        for _ in range(3):
            await asyncio.sleep(0)
        assert not first.done()
        assert second.done() is not waits
        gate.set()
        await asyncio.gather(first, second)

    run(work)


@pytest.mark.parametrize("rule", ["private, max-age=5", "no-store", "", "max-age=x"])
def test_what_may_not_be_kept_is_not(rule: str):
    asked = 0

    def answer(_: httpx2.Request) -> httpx2.Response:
        nonlocal asked
        asked += 1
        return httpx2.Response(200, json=PROGRAMME, headers={"Cache-Control": rule})

    async def work() -> None:
        client = apis(answer, Ticks())
        await client.programme.public_list(None, None)
        await client.programme.public_list(None, None)

    run(work)
    assert asked == 2


def test_made_up_choices_do_not_fill_the_memory():
    def answer(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, json=PROGRAMME, headers={"Cache-Control": "max-age=60"})

    async def work() -> None:
        calls = Calls("http://inside/{}".format, httpx2.MockTransport(answer), Ticks())
        for n in range(500):
            await Apis(calls, str).programme.public_list(f"group-{n}", None)
        assert len(calls._kept) <= 200

    run(work)


def test_who_goes_away_does_not_stop_the_others():
    async def work() -> None:
        once, gate = Once(), asyncio.Event()

        async def slowly() -> str:
            await gate.wait()
            return "done"

        first = asyncio.ensure_future(once.run("key", slowly))
        second = asyncio.ensure_future(once.run("key", slowly))
        await asyncio.sleep(0)
        first.cancel()
        gate.set()
        assert await second == "done"

    run(work)


def test_a_token_is_renewed_each_minute():
    asked: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.url.path)
        return httpx2.Response(200, json=SIGNED_IN)

    async def work() -> None:
        ticks = Ticks()
        sign_ins = SignIns(apis(answer, ticks), ticks)
        await sign_ins.member("secret")
        ticks.now = 59
        await sign_ins.member("secret")
        assert len(asked) == 1
        ticks.now = 60
        await sign_ins.member("secret")
        assert len(asked) == 2

    run(work)


def test_a_service_that_does_not_answer_is_to_be_tried_again():
    def dead(_: httpx2.Request) -> httpx2.Response:
        raise httpx2.ReadTimeout("too slow")

    async def work() -> None:
        client = apis(dead, Ticks())
        with pytest.raises(TryAgain):
            await client.programme.public_list(None, None)
        with pytest.raises(TryAgain):
            await SignIns(client, Ticks()).member("secret")

    run(work)


def test_the_id_of_a_request_travels():
    heard: list[str | None] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        heard.append(request.headers.get("X-Request-Id"))
        return httpx2.Response(200, json=PROGRAMME)

    async def work() -> None:
        request_id.set("the-same-request")
        await apis(answer, Ticks()).programme.public_list(None, None)

    run(work)
    assert heard == ["the-same-request"]
