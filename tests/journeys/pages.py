"""How the pages reach the services of a forum in one process."""

import httpx2

from tests.journeys.forum import Forum


class Inside(httpx2.AsyncBaseTransport):
    """From the pages to the services of a forum."""

    def __init__(self, forum: Forum) -> None:
        self._forum = forum

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        app = self._forum.clients[request.url.host].app
        return await httpx2.ASGITransport(app).handle_async_request(request)
