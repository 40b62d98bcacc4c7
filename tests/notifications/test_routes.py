from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from twilio.request_validator import RequestValidator

from services.notifications import jobs
from services.notifications.app import create
from services.notifications.jobs import Sending
from services.notifications.models import Delivery, Notification, Receipt, State
from services.notifications.settings import Settings
from shared.db import Sessions
from shared.testing.keys import Keyring
from tests.conftest import Clock
from tests.notifications.builders import given_going, given_member, given_occurrence

TOKEN = "not-a-real-token"
PUBLIC = "https://forum.example.org"
SID = "SM" + "1" * 32


def settings(keys: Keyring, token: str = TOKEN) -> Settings:
    return Settings(
        database_url="postgresql+psycopg://unused",
        signing_key=keys.private["notifications"],
        trusted_keys=keys.trusted,
        twilio_auth_token=token,
        public_url=PUBLIC,
    )


@pytest.fixture
def client(db: Sessions, keys: Keyring, clock: Clock) -> Iterator[TestClient]:
    app = create(settings(keys), db)
    app.state.clock = clock
    with TestClient(app) as client:
        yield client


@pytest.fixture
def asked(session: Session, sending: Sending, clock: Clock) -> tuple[UUID, UUID]:
    """A member who got a text the evening before, and the occurrence it was about."""
    member, games = given_member(session, clock()), given_occurrence(session, clock())
    given_going(session, clock(), games, member)
    session.commit()
    clock.set(datetime(2026, 11, 25, 18, 0, 5, tzinfo=UTC))
    jobs.send_reminders(sending)
    return member, games


def tell(client: TestClient, session: Session, status: str, *, token: str = TOKEN, **more: str) -> int:
    reference = session.scalars(select(Delivery.id)).one()
    path = f"/receipts/sms?reference={reference}"
    form = {"MessageSid": SID, "MessageStatus": status, "To": "+447700900001", "FromCity": ""} | more
    signature = RequestValidator(token).compute_signature(PUBLIC + path, form)
    return client.post(path, data=form, headers={"X-Twilio-Signature": signature}).status_code


def state(session: Session) -> str:
    session.expire_all()
    return session.scalars(select(Notification.state).where(Notification.rule == "day-before")).one()


def test_a_receipt_carries_a_text_to_delivered(client: TestClient, session: Session, asked: tuple[UUID, UUID]):
    assert [tell(client, session, status) for status in ("queued", "sent", "delivered")] == [204, 204, 204]
    assert state(session) == State.DELIVERED


def test_receipts_in_any_order_end_the_same(client: TestClient, session: Session, asked: tuple[UUID, UUID]):
    for status in ("delivered", "sent", "delivered", "queued"):
        tell(client, session, status)
    assert state(session) == State.DELIVERED
    assert len(session.scalars(select(Receipt)).all()) == 3


def test_one_that_the_network_gave_up_on_says_so(client: TestClient, session: Session, asked: tuple[UUID, UUID]):
    tell(client, session, "undelivered", ErrorCode="30003")
    assert state(session) == State.FAILED
    tell(client, session, "sent")
    assert state(session) == State.FAILED


def test_a_receipt_keeps_nobodys_number(client: TestClient, session: Session, asked: tuple[UUID, UUID]):
    tell(client, session, "delivered")
    receipt = session.scalars(select(Receipt)).one()
    assert "7700900001" not in str({c.name: getattr(receipt, c.name) for c in Receipt.__table__.columns})


def test_a_forged_receipt_is_refused(client: TestClient, session: Session, asked: tuple[UUID, UUID]):
    assert tell(client, session, "delivered", token="another-token") == 403
    assert state(session) == State.ACCEPTED


def test_without_a_token_nobody_may_sign(db: Sessions, keys: Keyring, session: Session, asked: tuple[UUID, UUID]):
    with TestClient(create(settings(keys, ""), db)) as client:
        assert tell(client, session, "delivered", token="") == 403


def test_what_was_asked_is_an_open_question_until_it_begins(
    client: TestClient, keys: Keyring, clock: Clock, asked: tuple[UUID, UUID]
):
    member, games = asked
    headers = {"Authorization": f"Bearer {keys.signer('members').member_token(member, {})}"}
    (question,) = client.get("/me/questions", headers=headers).json()["items"]
    assert (question["occurrence_id"], question["starts"]) == (str(games), "2026-11-26T18:30:00Z")
    clock.set(datetime(2026, 11, 26, 19, tzinfo=UTC))
    assert client.get("/me/questions", headers=headers).json()["items"] == []


def test_a_member_reads_what_was_sent_and_what_was_held_back(
    client: TestClient, keys: Keyring, asked: tuple[UUID, UUID]
):
    headers = {"Authorization": f"Bearer {keys.signer('members').member_token(asked[0], {})}"}
    items = client.get("/me/notifications", headers=headers).json()["items"]
    assert [(item["what"], item["state"]) for item in items] == [
        ("day-before", "accepted"),
        ("two-hours-before", "planned"),
    ]


def test_nobody_reads_anothers(client: TestClient):
    assert client.get("/me/notifications").status_code == 401


@pytest.mark.parametrize("path", ["/stops", "/starts"])
def test_only_chat_says_stop(client: TestClient, keys: Keyring, path: str):
    body = {"channel": "sms", "index": "abc"}
    other = keys.signer("events").service_token("notifications", "stops:write")
    assert client.post(path, json=body, headers={"Authorization": f"Bearer {other}"}).status_code == 403
    chat = keys.signer("chat").service_token("notifications", "stops:write")
    assert client.post(path, json=body, headers={"Authorization": f"Bearer {chat}"}).status_code == 204
