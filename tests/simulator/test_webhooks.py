"""Receipts and texts from phones reach the product signed, and once more where the first try failed."""

import threading

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from tests.simulator.conftest import OURS, PHONE, TOKEN, Call, Product, Running, listening, running, settings_for


def send(twilio: Client, product: Product, body: str = "Hello"):
    callback = f"{product.url}/receipts?attempt=1"
    return twilio.messages.create(to=PHONE, from_=OURS, body=body, status_callback=callback)


def states(calls: list[Call]):
    return [call.form["MessageStatus"] for call in calls]


def test_receipts_come_in_order_and_signed(twilio: Client, product: Product):
    text = send(twilio, product)

    calls = product.hears(3)
    assert states(calls) == ["queued", "sent", "delivered"]
    for call in calls:
        assert call.path == "/receipts?attempt=1"
        assert (call.form["MessageSid"], call.form["To"], call.form["From"]) == (text.sid, PHONE, OURS)
        assert product.signed(call)
        assert not product.signed(call, MessageStatus="failed")
    assert len(calls[2].form["RawDlrDoneDate"]) == 10


def test_an_inbound_text_is_signed_and_cannot_be_altered(simulator: Running, product: Product):
    product.says("Thank you, you are in.", "See you at 18:30.")

    answer = simulator.text("Sí, I'm in & coming £5 =) 🎲")

    (call,) = product.hears(1, "/chat/sms")
    assert product.signed(call)
    assert not product.signed(call, Body="STOP")
    assert not product.signed(call, From="+447700900999")
    assert call.form["Body"] == "Sí, I'm in & coming £5 =) 🎲"
    assert call.form["MessageSid"] == call.form["SmsSid"] == answer["message_sid"]
    assert (call.form["NumMedia"], call.form["NumSegments"], call.form["FromCity"]) == ("0", "1", "")
    assert "OptOutType" not in call.form
    assert answer["replies"] == ["Thank you, you are in.", "See you at 18:30."]
    assert [item["direction"] for item in simulator.sent(to=PHONE)] == ["outbound-reply"] * 2


def test_a_failing_webhook_is_tried_once_more_with_the_same_text(simulator: Running, product: Product):
    product.answers.append((500, ""))
    product.says("Got it.")

    answer = simulator.text("Yes please")

    first, second = product.hears(2)
    assert first.form == second.form
    assert first.headers["I-Twilio-Idempotency-Token"] == second.headers["I-Twilio-Idempotency-Token"]
    assert answer["replies"] == ["Got it."]


def test_a_webhook_is_given_up_after_two_tries(simulator: Running, product: Product):
    product.otherwise = (503, "")

    answer = simulator.text("Anyone there?")

    assert answer["replies"] == []
    assert "did not answer" in answer["note"]
    assert len(product.calls) == 2


def test_a_refusal_is_final(simulator: Running, product: Product):
    product.answers.append((403, "bad signature"))

    assert "403" in simulator.text("Hello?")["note"]
    assert len(product.calls) == 1


def test_a_webhook_that_takes_too_long_is_tried_once_more():
    with listening(Product(silent=threading.Event())) as product:
        with running(settings_for(product, webhook_timeout=0.1)) as simulator:
            answer = simulator.text("Hello?")
            assert "did not answer" in answer["note"]
            assert len({call.form["MessageSid"] for call in product.hears(2)}) == 1
        assert product.silent is not None
        product.silent.set()


def test_where_the_public_address_is_out_of_reach_webhooks_go_elsewhere_and_are_signed_for_it(product: Product):
    settings = settings_for(product, webhooks_to=product.url)
    settings = settings.model_copy(update={"inbound_url": "https://forum.example.org:8443/chat/sms?a=b"})
    with running(settings) as simulator:
        simulator.text("Hello?")

    (call,) = product.hears(1)
    assert call.path == "/chat/sms?a=b"
    signature = call.headers["X-Twilio-Signature"]
    assert RequestValidator(TOKEN).validate("https://forum.example.org:8443/chat/sms?a=b", call.form, signature)


def test_an_address_where_nobody_answers_is_no_trouble():
    with listening(Product()) as gone:
        settings = settings_for(gone)
    with running(settings) as simulator:
        assert "did not answer" in simulator.text("Hello?")["note"]


def test_without_an_address_texts_go_nowhere(product: Product):
    settings = settings_for(product).model_copy(update={"inbound_url": None})
    with running(settings) as simulator:
        assert "nobody listens" in simulator.text("Hello?")["note"]
        assert "SIMULATOR_INBOUND_URL is not set" in simulator.http.get("/").text


def test_stop_refuses_later_texts_until_start(twilio: Client, simulator: Running, product: Product):
    product.says("You will not see this.")
    answer = simulator.text(" stop ")

    assert product.hears(1)[0].form["OptOutType"] == "STOP"
    assert answer["replies"] == []
    assert answer["automatic"].startswith("You have successfully been unsubscribed.")
    with pytest.raises(TwilioRestException) as refusal:
        send(twilio, product)
    assert (refusal.value.status, refusal.value.code) == (400, 21610)

    assert simulator.text("Yes")["automatic"].startswith("You have successfully been re-subscribed")
    assert product.hears(2)[1].form["OptOutType"] == "START"
    assert send(twilio, product).status == "queued"


def test_what_the_product_answers_in_plain_text_or_not_at_all(simulator: Running, product: Product):
    product.answers.append((204, ""))
    product.answers.append((200, "<Response><Message><Body>In a body</Body></Message></Response>"))
    product.answers.append((200, "<Response><Message>half"))
    product.answers.append((200, "<html></html>"))

    assert simulator.text("one")["replies"] == []
    assert simulator.text("two")["replies"] == ["In a body"]
    assert "not well-formed" in simulator.text("three")["note"]
    assert "not with <Response>" in simulator.text("four")["note"]
