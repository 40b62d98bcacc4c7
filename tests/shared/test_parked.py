"""What was put aside can be looked at, tried again and discarded; by operators only."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import ClassVar
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from shared.contracts.message import Message
from shared.db import Sessions
from shared.ids import new_id
from shared.messaging import on
from shared.messaging.envelope import Envelope
from shared.messaging.tables import Parked
from shared.settings import CommonSettings
from shared.testing.keys import Keyring
from shared.web import create_app
from tests.conftest import Clock


class Said(Message):
    """Something a test says."""

    kind: ClassVar[str] = "tests.said.v1"
    subject_field: ClassVar[str] = "thing_id"
    thing_id: UUID


class Handler:
    """Fails until it is told not to."""

    fails = True

    def __init__(self) -> None:
        self.heard: list[UUID] = []

    def __call__(self, session: Session, message: Said, now: datetime) -> None:
        if self.fails:
            raise ValueError("words that a member wrote")
        self.heard.append(message.thing_id)


@pytest.fixture
def handler() -> Handler:
    return Handler()


@pytest.fixture
def db(sessions: Callable[[str], Sessions]) -> Sessions:
    return sessions("feedback")


@pytest.fixture
def client(db: Sessions, keys: Keyring, handler: Handler) -> Iterator[TestClient]:
    settings = CommonSettings(trusted_keys=keys.trusted)
    app = create_app("feedback", [], settings, sessions=db, subscriptions=[on(Said, handler)])
    token = keys.signer("operator").service_token("feedback", "parked:manage")
    with TestClient(app, headers={"Authorization": f"Bearer {token}"}) as client:
        yield client


@pytest.fixture
def said(db: Sessions, clock: Clock) -> Said:
    """A message that is parked."""
    said = Said(thing_id=new_id())
    envelope = Envelope(
        id=new_id(),
        source="/tests",
        type=said.kind,
        subject=said.subject,
        time=clock(),
        position=7,
        data=said.model_dump(mode="json"),
    )
    with db.begin() as session:
        row = Parked(
            id=envelope.id,
            source="tests",
            position=7,
            envelope=envelope.model_dump(mode="json"),
            error="ValueError",
            parked_at=clock(),
        )
        session.add(row)
    return said


def test_what_is_parked_is_listed_without_what_it_carries(client: TestClient, said: Said):
    (item,) = client.get("/internal/parked").json()["items"]
    assert (item["kind"], item["subject"], item["error"]) == ("tests.said.v1", str(said.thing_id), "ValueError")
    assert "data" not in item


def test_one_that_fails_again_stays(client: TestClient, said: Said):
    parked_id = client.get("/internal/parked").json()["items"][0]["id"]
    answer = client.post(f"/internal/parked/{parked_id}/replay")
    assert answer.status_code == 409
    assert "ValueError" in answer.json()["detail"]
    assert "words that a member wrote" not in answer.text
    assert len(client.get("/internal/parked").json()["items"]) == 1


def test_one_that_goes_through_is_gone(client: TestClient, said: Said, handler: Handler):
    handler.fails = False
    parked_id = client.get("/internal/parked").json()["items"][0]["id"]
    assert client.post(f"/internal/parked/{parked_id}/replay").status_code == 204
    assert handler.heard == [said.thing_id]
    assert client.get("/internal/parked").json()["items"] == []
    assert client.post(f"/internal/parked/{parked_id}/replay").status_code == 404


def test_one_that_is_discarded_is_gone_unheard(client: TestClient, said: Said, handler: Handler):
    handler.fails = False
    parked_id = client.get("/internal/parked").json()["items"][0]["id"]
    assert client.delete(f"/internal/parked/{parked_id}").status_code == 204
    assert handler.heard == []
    assert client.get("/internal/parked").json()["items"] == []


def test_only_operators_may(client: TestClient, keys: Keyring):
    other = keys.signer("notifications").service_token("feedback", "parked:manage")
    assert client.get("/internal/parked", headers={"Authorization": f"Bearer {other}"}).status_code == 403
    assert client.get("/internal/parked", headers={"Authorization": ""}).status_code == 401
