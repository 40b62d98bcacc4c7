"""D22: somebody gets a number that was a member's, through the APIs of members and chat as they are."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import httpx2
import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from services.chat import sentences
from services.chat.app import create
from services.chat.settings import Settings as ChatSettings
from services.members import use_cases
from shared.auth import Verifier
from shared.db import Sessions
from shared.testing.keys import Keyring
from tests.chat.conftest import AUTH_TOKEN, Phone
from tests.conftest import Clock
from tests.members.builders import called, member, number
from tests.members.conftest import Api

NAME = "Canary"


class Beside:
    """Hands chat's calls to members on to members; notes in whose name it calls anybody else."""

    def __init__(self, api: Api, keys: Keyring) -> None:
        self._api = api
        self._verifier = Verifier("notifications", keys.trusted)
        self.acted_for: list[UUID | None] = []

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        _, _, service, path = request.url.path.split("/", 3)
        headers = dict(request.headers)
        if service == "members":
            answer = self._api.client.request(request.method, f"/{path}", content=request.content, headers=headers)
            return httpx2.Response(
                answer.status_code, content=answer.content, headers={"content-type": "application/json"}
            )
        if "authorization" in headers:
            self.acted_for.append(self._verifier.caller(headers["authorization"].removeprefix("Bearer ")).member_id)
        return (
            httpx2.Response(204) if request.method == "POST" else httpx2.Response(200, json={"items": [], "next": None})
        )


@pytest.fixture
def beside(api: Api, keys: Keyring) -> Beside:
    return Beside(api, keys)


@pytest.fixture
def phone(beside: Beside, keys: Keyring, sessions: Callable[[str], Sessions], clock: Clock) -> Iterator[Phone]:
    """The phone that has the number; at first it is the member's own."""
    settings = ChatSettings(
        database_url="postgresql+psycopg://unused",
        signing_key=keys.private["chat"],
        trusted_keys=keys.trusted,
        public_url="http://forum.example.org",
        service_urls="http://inside/api/{service}",
        twilio_auth_token=AUTH_TOKEN,
    )
    app = create(settings, sessions("chat"), transport=httpx2.MockTransport(beside.answer))
    app.state.clock = clock
    with TestClient(app) as client:
        yield Phone(client, number(7))


@pytest.fixture
def seven(api: Api, session: Session, phone: Phone, beside: Beside) -> UUID:
    """A member who texted today, and says nothing from then on."""
    api.bring_in(member(7, name=NAME), create_groups=True)
    seven = called(session, NAME).id
    assert phone.text("whats on") == sentences.NOTHING_PLANNED
    phone.text("yes")
    assert beside.acted_for == [seven]
    return seven


def sent_to(api: Api, member_id: UUID) -> dict[str, Any]:
    found: dict[str, Any] = api.resolve((member_id, "sms")).json()["items"][0]
    return found


def test_d22_a_recycled_number_opens_nothing(api: Api, seven: UUID, phone: Phone, beside: Beside, clock: Clock):
    links = [sent_to(api, seven)["link"]]
    clock.go_on(days=80)
    links.append(sent_to(api, seven)["link"])
    assert api.ask("POST", "/sessions", json={"link": links[1]}).status_code == 201
    clock.go_on(days=11)
    beside.acted_for.clear()
    said = [
        phone.text(words) for words in ("whats on", "yes", "1", "who is this", "The tea was cold.", "start", "stop")
    ]
    assert set(said[:6]) == {sentences.WAY_IN}
    assert [it for it in beside.acted_for if it] == []
    found, stranger = (api.identify(it).json() for it in (number(7), number(99)))
    assert found | {"index": ""} == stranger | {"index": ""}
    reminder = sent_to(api, seven)
    assert (reminder["address"], reminder["link"]) == (number(7), None)
    opened = [api.ask("POST", "/sessions", json={"link": link}) for link in links]
    assert [answer.status_code for answer in opened] == [401, 401]
    everything = " ".join([*said, str(found), *(answer.text for answer in opened)])
    assert NAME not in everything
    assert str(seven) not in everything


def test_who_kept_their_number_and_texts_now_and_then_is_always_known(
    api: Api, seven: UUID, phone: Phone, clock: Clock
):
    for _ in range(5):
        clock.go_on(days=89)
        assert sent_to(api, seven)["link"]
        assert phone.text("whats on") == sentences.NOTHING_PLANNED


def test_a_failed_number_opens_nothing_either(api: Api, session: Session, seven: UUID, phone: Phone, clock: Clock):
    use_cases.fail_channel(session, seven, "sms", now=clock.at)
    session.commit()
    assert phone.text("whats on") == sentences.WAY_IN
    assert sent_to(api, seven)["address"] is None
