from base64 import b64decode
from collections.abc import Callable, Iterator
from datetime import time

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from services.feedback.app import create
from services.feedback.settings import Settings
from shared.db import Sessions
from shared.idempotency import IdempotencyKey
from shared.testing.keys import Keyring


@pytest.fixture
def client(sessions: Callable[[str], Sessions], keys: Keyring) -> Iterator[TestClient]:
    settings = Settings(
        database_url="postgresql+psycopg://unused",
        signing_key=keys.private["feedback"],
        trusted_keys=keys.trusted,
    )
    with TestClient(create(settings, sessions("feedback"))) as client:
        yield client


def test_what_was_said_can_be_read_with_its_receipt(client: TestClient):
    receipt = client.post("/remarks", json={"text": "The tea was cold.", "mood": "bad"}).json()["receipt"]
    assert len(receipt) == 16
    remark = client.post("/remarks/lookup", json={"receipt": receipt}).json()
    assert remark["text"] == "The tea was cold."
    assert remark["answer"] is None


def test_a_receipt_may_be_typed_with_spaces(client: TestClient):
    receipt = client.post("/remarks", json={"text": "Good night."}).json()["receipt"]
    spaced = " ".join(receipt[i : i + 4] for i in range(0, 16, 4))
    assert client.post("/remarks/lookup", json={"receipt": spaced}).status_code == 200


def test_an_unknown_receipt_is_refused_with_advice(client: TestClient):
    answer = client.post("/remarks/lookup", json={"receipt": "0" * 16})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert "sixteen digits" in answer.json()["detail"]


def test_nothing_said_is_refused_without_repeating_it(client: TestClient):
    answer = client.post("/remarks", json={"text": "   ", "mood": "my own mood"})
    assert answer.status_code == 422
    assert "my own mood" not in answer.text


def test_sending_a_remark_twice_with_one_key_keeps_it_once(client: TestClient):
    headers = {"Idempotency-Key": "one-remark"}
    first = client.post("/remarks", json={"text": "Once."}, headers=headers)
    again = client.post("/remarks", json={"text": "Once."}, headers=headers)
    assert again.json() == first.json()
    assert again.headers["idempotent-replayed"] == "true"
    other = client.post("/remarks", json={"text": "Twice."}, headers=headers)
    assert other.status_code == 422


def test_the_answer_kept_for_a_repeat_shows_nothing_to_who_reads_the_database(
    client: TestClient, sessions: Callable[[str], Sessions]
):
    headers = {"Idempotency-Key": "a-key-only-the-caller-knows"}
    receipt = client.post("/remarks", json={"text": "Only mine."}, headers=headers).json()["receipt"]
    with sessions("feedback")() as session:
        kept = session.scalars(select(IdempotencyKey)).one()
    everything = f"{kept.key} {kept.request_hash} {kept.body} {b64decode(kept.body or '')!r} {kept.created_at}"
    assert receipt not in everything
    assert "a-key-only-the-caller-knows" not in everything
    assert kept.created_at.time() == time()


def test_a_character_that_cannot_be_stored_is_refused_and_not_an_error_of_ours(client: TestClient):
    answer = client.post("/remarks", json={"text": "a\u0000b"})
    assert answer.status_code == 422
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
