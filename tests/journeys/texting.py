"""Texts that come in to a running forum, and what is in its databases after."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx2
from fastapi.testclient import TestClient
from sqlalchemy import inspect

from services.chat.app import create
from services.chat.settings import Settings
from shared.db import Sessions
from tests.chat.conftest import AUTH_TOKEN
from tests.journeys.forum import Forum, _common


class Inside(httpx2.BaseTransport):
    """The services as chat reaches them, in this very process."""

    def __init__(self, forum: Forum) -> None:
        self._forum = forum

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        _, _, service, path = request.url.path.split("/", 3)
        url = request.url.copy_with(path=f"/{path}")
        headers = {name: value for name, value in request.headers.items() if name != "host"}
        answer = self._forum.clients[service].request(
            request.method, str(url.raw_path, "ascii"), content=request.read(), headers=headers
        )
        return httpx2.Response(answer.status_code, headers=answer.headers, content=answer.content)


@contextmanager
def texting_to(forum: Forum, sessions: Callable[[str], Sessions]) -> Iterator[TestClient]:
    """Chat, as the provider reaches it."""
    settings = Settings(
        twilio_auth_token=AUTH_TOKEN,
        public_url="http://forum.example.org",
        service_urls="http://inside/api/{service}",
        **_common(forum.keys, "chat"),
    )
    app = create(settings, sessions("chat"), transport=Inside(forum))
    app.state.clock = forum.clock
    with TestClient(app, base_url="http://forum.example.org") as client:
        yield client


def dump(sessions: Sessions) -> dict[str, str]:
    """Every table as `pg_dump` would write it."""
    with sessions() as session:
        connection = session.connection()
        cursor = connection.connection.cursor()
        dumped = {}
        for name in inspect(connection).get_table_names():
            with cursor.copy(f'COPY "{name}" TO STDOUT') as copied:
                dumped[name] = b"".join(bytes(block) for block in copied).decode()
        return dumped
