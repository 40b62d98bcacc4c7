import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from services.web.app import create
from services.web.settings import Settings
from shared.testing.keys import Keyring
from tests.web.beside import LINK, Beside

TOKEN = re.compile(r'name="token" value="([^"]+)"')


@dataclass
class Browser:
    """A phone that runs no script: it follows links and sends the forms it was shown."""

    client: TestClient

    def get(self, path: str, **more: Any) -> Response:
        return self.client.get(path, **more)

    def send(self, path: str, *, shown: str | None = None, **fields: str) -> Response:
        """Open the page with the form (`shown`, if it is another), fill it in and press the button."""
        page = self.client.get(shown or path)
        token = TOKEN.search(page.text)
        return self.client.post(path, data=({"token": token[1]} if token else {}) | fields)

    def sign_in(self, own: str = "yes") -> Response:
        return self.send(f"/h/{LINK}", own=own)


@pytest.fixture
def beside() -> Beside:
    return Beside()


@pytest.fixture
def open_site(beside: Beside, keys: Keyring, clock: Any) -> Iterator[Callable[..., Browser]]:
    with ExitStack() as stack:

        def opened(public_url: str = "http://testserver", **more: Any) -> Browser:
            settings = Settings(
                trusted_keys=keys.trusted,
                signing_key=keys.private["web"],
                public_url=public_url,
                service_urls="http://inside/api/{service}",
                programme_name="The Programme",
            )
            app = create(settings, transport=beside.transport(), clock=clock)
            options: dict[str, Any] = {"base_url": public_url, "follow_redirects": False} | more
            return Browser(stack.enter_context(TestClient(app, **options)))

        yield opened


@pytest.fixture
def browser(open_site: Callable[..., Browser]) -> Browser:
    return open_site()
