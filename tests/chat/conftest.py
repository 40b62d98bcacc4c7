import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import unescape
from itertools import count

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from twilio.request_validator import RequestValidator

from services.chat.app import create
from services.chat.settings import Settings
from shared.db import Sessions
from shared.testing.keys import Keyring
from tests.chat.beside import KNOWN, Beside
from tests.conftest import Clock

AUTH_TOKEN = "secret of the provider"
URL = "http://forum.example.org/chat/sms"
MESSAGE = re.compile(r"<Message>(.*)</Message>", re.DOTALL)


@dataclass
class Phone:
    """Sends texts as Twilio brings them: signed by Twilio's own SDK."""

    client: TestClient
    number: str = KNOWN
    ids: Iterator[int] = field(default_factory=count)

    def send(self, words: str, *, sid: str | None = None, url: str = URL, **more: str) -> Response:
        form = {
            "MessageSid": sid or f"SM{next(self.ids):032}",
            "From": self.number,
            "Body": words,
            "FromCity": "",
        } | more
        signature = RequestValidator(AUTH_TOKEN).compute_signature(url, form)
        return self.client.post("/sms", data=form, headers={"X-Twilio-Signature": signature})

    def text(self, words: str, *, sid: str | None = None, **more: str) -> str:
        """What comes back to the phone; nothing is an empty text."""
        answer = self.send(words, sid=sid, **more)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].startswith("text/xml")
        found = MESSAGE.search(answer.text)
        return unescape(found[1]) if found else ""


@pytest.fixture
def beside(keys: Keyring) -> Beside:
    return Beside(keys.trusted)


@pytest.fixture
def settings(keys: Keyring) -> Settings:
    return Settings(
        database_url="postgresql+psycopg://unused",
        signing_key=keys.private["chat"],
        trusted_keys=keys.trusted,
        public_url="http://forum.example.org",
        service_urls="http://inside/api/{service}",
        twilio_auth_token=AUTH_TOKEN,
    )


@pytest.fixture
def client(
    settings: Settings, sessions: Callable[[str], Sessions], beside: Beside, clock: Clock
) -> Iterator[TestClient]:
    app = create(settings, sessions("chat"), transport=beside.transport())
    app.state.clock = clock
    with TestClient(app) as client:
        yield client


@pytest.fixture
def phone(client: TestClient) -> Phone:
    return Phone(client)
