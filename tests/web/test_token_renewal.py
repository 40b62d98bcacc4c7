"""A token that was asked for before its member's powers changed is not kept after it."""

import asyncio
from uuid import UUID

import httpx2
import pytest

from services.web.session import SignIns
from tests.web.test_calls import SIGNED_IN, Ticks, apis, run

MEMBER = UUID(str(SIGNED_IN["member"]["id"]))  # type: ignore[index]


@pytest.mark.parametrize("whose", ["session", "member"])
def test_an_answer_that_was_under_way_while_powers_changed_is_asked_for_again(whose: str):
    async def work() -> None:
        ticks, gate, tokens = Ticks(), asyncio.Event(), iter(["weak", "strong"])

        async def answer(_: httpx2.Request) -> httpx2.Response:
            token = next(tokens)
            await gate.wait()
            return httpx2.Response(200, json=SIGNED_IN | {"token": token})

        sign_ins = SignIns(apis(answer, ticks), ticks)
        under_way = asyncio.ensure_future(sign_ins.member("secret"))
        for _ in range(5):
            await asyncio.sleep(0)
        ticks.now += 1
        if whose == "session":
            sign_ins.forget("secret")
        else:
            sign_ins.forget_member(MEMBER)
        gate.set()
        before = await under_way
        ticks.now += 1
        after, again = await sign_ins.member("secret"), await sign_ins.member("secret")
        assert before is not None
        assert after is not None
        assert (before.token, after.token) == ("weak", "strong")
        assert again is after, "and that one is kept"

    run(work)
