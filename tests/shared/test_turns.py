import asyncio

import httpx2
from sqlalchemy import text

from shared.settings import CommonSettings
from shared.testing.databases import Databases
from shared.testing.keys import Keyring
from shared.web import InTransaction, create_app, router

MORE_THAN_THREADS = 100


def test_many_requests_at_once_wait_for_few_connections_and_none_fails(databases: Databases, keys: Keyring):
    numbers = router()

    @numbers.get("/one")
    def one(session: InTransaction) -> int:
        return session.execute(text("SELECT 1")).scalar_one()

    settings = CommonSettings(trusted_keys=keys.trusted)

    async def ask(app: httpx2.ASGITransport) -> list[int]:
        async with httpx2.AsyncClient(transport=app, base_url="http://test") as client:
            answers = await asyncio.gather(*(client.get("/one") for _ in range(MORE_THAN_THREADS)))
        return [answer.status_code for answer in answers]

    with databases.owned_sessions("feedback", pool_size=2) as sessions:
        app = create_app("feedback", [numbers], settings, sessions=sessions)
        assert asyncio.run(ask(httpx2.ASGITransport(app))) == [200] * MORE_THAN_THREADS
