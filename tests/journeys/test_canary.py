"""Numbers, emails, names and words that are told to the forum are found where they belong and nowhere else (D16)."""

import logging
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import redis
from fastapi.testclient import TestClient
from prometheus_client import REGISTRY, generate_latest

from shared.db import Sessions
from shared.telemetry import JsonLines
from shared.worker.celery_app import CelerySender, create_celery
from tests.chat.conftest import Phone
from tests.journeys.builders import import_programme
from tests.journeys.forum import Forum
from tests.journeys.texting import dump
from tests.members.devices import subscription

NUMBER, EMAIL = "+447700900123", "canary.bird@example.org"
STRANGER, WHATSAPP = "+447700900456", "+447700900789"
CHAT, DEVICE = "8675309421", "https://push.example.org/canary-of-a-device"
NAME = "Quetzalcoatlus"
WORDS = "marmalade sandwiches for breakfast"
MEMBERS = f"""name,phone,email,groups,channel
{NAME},{NUMBER},,Service User Forum,sms
{NAME} Two,,{EMAIL},Service User Forum,email
{NAME} Three,0044 77 not a number,canary.bird.example.org,Service User Forum,sms
"""
ADDRESSES = (
    "7700900123",
    "7700900456",
    "7700900789",
    "7700 900",
    CHAT,
    "canary-of-a-device",
    "canary.bird",
    "not a number",
)
KEPT_IN = {NAME: {"members.members"}, WORDS: {"feedback.remarks"}}


@pytest.fixture
def phone(texting: TestClient) -> Phone:
    return Phone(texting, NUMBER)


@pytest.fixture
def lived(forum: Forum, phone: Phone, caplog: pytest.LogCaptureFixture) -> Forum:
    """Everything that a member tells the forum, and what it tells them, with every mistake one can make."""
    caplog.set_level(logging.DEBUG)
    forum.as_operator(
        "members", "POST", "/groups", "groups:write", json={"name": "Service User Forum", "visibility": "open"}
    )
    csv = {"Content-Type": "text/csv"}
    report = forum.as_operator("members", "POST", "/imports/members", "members:import", content=MEMBERS, headers=csv)
    assert (report["added"], len(report["refused"])) == (2, 1)
    forum.tell()
    import_programme(forum)
    forum.tell()
    forum.send_what_is_due()
    for address in (NUMBER, STRANGER):
        forum.clients["members"].post("/challenges", json={"channel": "sms", "address": address})
    forum.tell()
    forum.send_what_is_due()
    _, signed_in = forum.member(NUMBER)
    occurrence = forum.clients["events"].get("/occurrences").json()["items"][0]
    path = f"/occurrences/{occurrence['id']}/rsvp"
    assert forum.clients["events"].put(path, json={"answer": "going"}, headers=signed_in).is_success
    assert forum.clients["events"].put(path, json={"answer": NUMBER}, headers=signed_in).status_code == 422
    assert forum.clients["members"].post("/sessions", json={"link": [EMAIL]}).status_code == 422
    forum.tell()
    forum.clock.set(datetime(2026, 11, 25, 18, 0, 1, tzinfo=UTC))
    forum.send_what_is_due()
    add_other_ways(forum)
    phone.text(WORDS)
    phone.text("YES")
    phone.text("STOP")
    Phone(phone.client, STRANGER, phone.ids).text(f"{EMAIL} {WORDS}")
    forum.tell()
    assert len(forum.said_to(NUMBER)) >= 2
    assert forum.said_to(EMAIL)
    return forum


def add_other_ways(forum: Forum) -> None:
    """The member comes in with a code on their own device, and adds a WhatsApp number, a chat and that device."""
    members = forum.clients["members"]

    def enter(path: str, challenge: dict[str, Any], **more: Any) -> Any:
        forum.tell()
        forum.send_what_is_due()
        code = forum.sms.sent[-1].words.text.rpartition("#")[2]
        return members.post(path, json=challenge | {"code": code}, **more)

    asked = members.post("/challenges", json={"channel": "sms", "address": NUMBER}).json()
    begun = enter("/sessions", asked | {"own_device": True}).json()
    mine = {"headers": {"Authorization": f"Bearer {begun['token']}"}}
    claim = members.post("/me/addresses", json={"channel": "whatsapp", "address": WHATSAPP}, **mine).json()
    assert enter("/me/addresses/confirmations", claim, **mine).is_success
    start = members.post("/me/addresses/telegram", **mine).json()["start"]
    chat = {"Authorization": f"Bearer {forum.keys.signer('chat').service_token('members', 'vault:claim')}"}
    shown = {"start": start, "chat": CHAT}
    assert members.post("/internal/addresses/telegram", json=shown, headers=chat).is_success
    assert members.post("/me/addresses/push", json=subscription(DEVICE), **mine).is_success
    assert members.post("/me/addresses/push", json=subscription(f"{DEVICE}#"), **mine).status_code == 422


def forms(canary: str) -> list[str]:
    """How a text may lie somewhere: as it is, as PostgreSQL writes bytes, and as base64 begins."""
    raw = canary.encode()
    return [
        canary,
        raw.hex(),
        *(b64encode(raw[skip : skip + (len(raw) - skip) // 3 * 3]).decode() for skip in range(3)),
    ]


def has(text: str, canary: str) -> bool:
    return any(form in text for form in forms(canary))


def test_d16_no_number_or_email_is_in_any_database_and_names_and_words_only_where_they_belong(
    lived: Forum, sessions: Callable[[str], Sessions]
):
    tables = {
        f"{service}.{name}": text
        for service in ("members", "events", "feedback", "notifications", "chat")
        for name, text in dump(sessions(service)).items()
    }
    assert [(table, each) for table, text in tables.items() for each in ADDRESSES if has(text, each)] == []
    for canary, where in KEPT_IN.items():
        assert {table for table, text in tables.items() if has(text, canary)} == where


def test_d16_nothing_of_anybody_is_in_the_broker(lived: Forum, broker: str):
    send = CelerySender(create_celery(broker))
    for part in lived.parts.values():
        for subscriber in part.log.subscribers:
            with part.sessions() as session:
                send(subscriber, part.log.page(session, subscriber, 0).batch)
    with redis.Redis.from_url(broker) as connection:
        keys = [key for key in connection.keys("*") if connection.type(key) == b"list"]
        tasks = b"\n".join(task for key in keys for task in connection.lrange(key, 0, -1)).decode()
        connection.flushall()
    assert len(keys) >= 3
    assert [each for each in (*ADDRESSES, NAME, WORDS) if has(tasks, each)] == []


def test_d16_nothing_of_anybody_is_in_a_log_or_a_metric(lived: Forum, caplog: pytest.LogCaptureFixture):
    records = [*caplog.get_records("setup"), *caplog.records]
    ours = [record for record in records if not record.name.startswith(("httpx2", "httpcore2"))]
    lines = [JsonLines().format(record) for record in ours]
    written = "\n".join([*lines, *(str(record.__dict__) for record in ours), generate_latest(REGISTRY).decode()])
    assert lines
    assert [each for each in (*ADDRESSES, NAME, WORDS) if has(written, each)] == []


def test_d16_the_canary_sings_when_there_is_something_to_find():
    assert has(f"...{NUMBER}...", "7700900123")
    assert has(NUMBER.encode().hex(), "7700900123")
    assert has(b64encode(f"to {NUMBER} and".encode()).decode(), "7700900123")
