"""What the provider of texts sends us: signed, repeated, odd."""

import logging
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from services.chat import jobs
from services.chat.app import create
from services.chat.models import Contact, Inbound
from services.chat.settings import Settings
from shared.db import Sessions
from shared.worker import Work
from tests.chat.beside import KNOWN, Beside
from tests.chat.conftest import AUTH_TOKEN, URL, Phone
from tests.conftest import Clock

SID = "SM" + "7" * 32


def test_a_sender_that_is_no_phone_is_told_nothing(client: TestClient, beside: Beside):
    assert Phone(client, "PARCELS").text("Your parcel is late") == ""


def test_a_repeated_webhook_does_nothing_twice(phone: Phone, beside: Beside):
    first = phone.text("yes", sid=SID)
    beside.answers.clear()
    assert phone.text("yes", sid=SID) == first
    assert beside.answers == {}
    for _ in range(2):
        assert phone.text("stop", sid="SM" + "8" * 32) == ""
    assert len(beside.stops) == 1


def test_after_ten_minutes_a_repeat_is_answered_with_nothing(phone: Phone, beside: Beside, clock: Clock):
    phone.text("yes", sid=SID)
    clock.go_on(minutes=10)
    assert phone.text("yes", sid=SID) == ""


def test_only_what_the_provider_signed_is_heard(phone: Phone, client: TestClient, beside: Beside):
    form = {"MessageSid": SID, "From": KNOWN, "Body": "yes"}
    assert client.post("/sms", data=form).status_code == 403
    assert client.post("/sms", data=form, headers={"X-Twilio-Signature": "made up"}).status_code == 403
    assert phone.send("yes", url="http://elsewhere.example.org/chat/sms").status_code == 403
    assert client.post("/sms").status_code == 403
    assert client.post("/sms", content=b"\xff", headers={"content-type": "text/plain"}).status_code == 403
    assert beside.calls == []


@pytest.mark.parametrize("url", [URL.replace("http:", "https:"), f"{URL}#rc=3&rp=all"])
def test_the_signature_may_be_made_for_https_and_with_overrides(phone: Phone, url: str):
    assert phone.send("help", url=url).status_code == 200


def test_without_a_secret_nothing_is_heard(settings: Settings, sessions: Callable[[str], Sessions], beside: Beside):
    settings = settings.model_copy(update={"twilio_auth_token": type(settings.twilio_auth_token)("")})
    with TestClient(create(settings, sessions("chat"), transport=beside.transport())) as client:
        from twilio.request_validator import RequestValidator

        form = {"MessageSid": SID, "From": KNOWN, "Body": "yes"}
        signature = RequestValidator("").compute_signature(URL, form)
        assert client.post("/sms", data=form, headers={"X-Twilio-Signature": signature}).status_code == 403


@pytest.mark.parametrize(
    ("field", "value"), [("MessageSid", ""), ("MessageSid", "S" * 65), ("From", ""), ("From", "4" * 33)]
)
def test_a_signed_form_without_what_it_needs_is_refused(phone: Phone, field: str, value: str):
    answer = phone.send("yes", sid=value) if field == "MessageSid" and value else phone.send("yes", **{field: value})
    assert answer.status_code == 422
    assert "MessageSid" in answer.json()["detail"]


def test_nothing_of_a_text_is_logged(phone: Phone, beside: Beside, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    phone.text("The tea was cold.")
    beside.away = {"feedback"}
    phone.send("The tea was colder.")
    assert "a text was not dealt with" in caplog.text
    written = caplog.text + str(
        [record.__dict__ for record in caplog.records if record.name.startswith(("services", "shared"))]
    )
    for secret in ("tea was", KNOWN, KNOWN[1:], "1234 5678", AUTH_TOKEN):
        assert secret not in written


@pytest.mark.parametrize("words", ["The tea was cold.", "stop"])
def test_after_ten_minutes_only_the_day_of_a_text_is_known(
    phone: Phone, sessions: Callable[[str], Sessions], clock: Clock, words: str
):
    phone.text(words, sid=SID)
    came = clock()
    clock.go_on(minutes=10)
    jobs.forget_replies(Work("chat", sessions("chat"), clock))
    midnight = came.replace(hour=0, minute=0, second=0, microsecond=0)
    with sessions("chat")() as session:
        text, contact = session.scalars(select(Inbound)).one(), session.scalars(select(Contact)).one()
        assert (text.received_at, text.reply) == (midnight, None)
        assert (contact.last_message_on, contact.shown_at) == (came.date(), None)
    # The text is still known, and not dealt with twice.
    assert phone.text(words, sid=SID) == ""


def test_what_is_kept_of_a_text_leads_to_nobody():
    assert set(Inbound.__table__.columns.keys()) == {"provider", "message_id", "received_at", "reply"}


def test_replies_are_forgotten(phone: Phone, sessions: Callable[[str], Sessions], clock: Clock, beside: Beside):
    work = Work("chat", sessions("chat"), clock)
    phone.text("whats on")
    clock.go_on(minutes=9)
    jobs.forget_replies(work)
    with sessions("chat")() as session:
        assert session.scalars(select(Inbound)).one().reply
    clock.go_on(minutes=1)
    jobs.forget_replies(work)
    clock.go_on(days=1)
    jobs.forget_replies(work)
    with sessions("chat")() as session:
        assert session.scalars(select(Inbound)).one().reply is None
        assert session.scalars(select(Contact)).one().shown == []
