"""Each knob does what it says, and nothing is hidden from the list."""

import smtplib
from typing import Any

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from deploy.simulator.faults import Faults, Knobs, Luck
from tests.simulator.conftest import OURS, PHONE, Call, Product, Running, until

MAIL = "Subject: Tonight\r\nMessage-ID: <one@example.org>\r\n\r\nGames at 18:30.\r\n"


def create(twilio: Client, product: Product, body: str = "Hello"):
    return twilio.messages.create(to=PHONE, from_=OURS, body=body, status_callback=f"{product.url}/receipts")


def states(calls: list[Call]):
    return [call.form["MessageStatus"] for call in calls]


@pytest.mark.parametrize(("fault", "refused"), [("error_429", (429, 20429)), ("error_5xx", (503, 20503))])
def test_a_refused_text_is_not_sent(
    twilio: Client, simulator: Running, product: Product, fault: str, refused: tuple[int, int]
):
    simulator.faults(sms={fault: 1})

    with pytest.raises(TwilioRestException) as refusal:
        create(twilio, product)

    assert (refusal.value.status, refusal.value.code) == refused
    assert simulator.sent() == []


def test_a_text_may_arrive_though_its_answer_does_not(twilio: Client, simulator: Running, product: Product):
    simulator.faults(sms={"accept_then_die": 1})
    seen = set()
    for number in range(12):
        with pytest.raises((requests.ConnectionError, TwilioRestException)) as failure:
            create(twilio, product, f"text {number}")
        seen.add(failure.type)

    assert seen == {requests.ConnectionError, TwilioRestException}
    until(lambda: [item["state"] for item in simulator.sent()] == ["delivered"] * 12)
    assert all(item["faults"] == ["accept_then_die"] for item in simulator.sent())
    simulator.faults()
    assert len(twilio.messages.list(to=PHONE)) == 12
    assert "the sender got no answer" in simulator.http.get("/").text


def test_a_lost_text_is_receipted_as_undelivered(twilio: Client, simulator: Running, product: Product):
    simulator.faults(sms={"drop": 1})
    text = create(twilio, product)

    calls = product.hears(3)
    assert states(calls) == ["queued", "sent", "undelivered"]
    assert calls[2].form["ErrorCode"] == "30003"
    assert (text.fetch().status, text.fetch().error_code) == ("undelivered", 30003)
    assert simulator.sent()[0]["state"] == "undelivered"
    assert "Hello" not in simulator.http.get(f"/phones/{PHONE}").text


def test_a_text_may_arrive_twice_under_one_sid(twilio: Client, simulator: Running, product: Product):
    simulator.faults(sms={"duplicate": 1})
    text = create(twilio, product)

    items = until(lambda: found if len(found := simulator.sent()) == 2 else None)
    assert [item["reference"] for item in items] == [text.sid] * 2
    assert [item["faults"] for item in items] == [[], ["duplicate"]]
    assert len(twilio.messages.list()) == 1


def test_texts_may_overtake_each_other(twilio: Client, simulator: Running, product: Product):
    simulator.faults(sms={"reorder": 1})
    create(twilio, product, "sent first")
    create(twilio, product, "sent second")

    page = until(lambda: found if "sent first" in (found := simulator.http.get(f"/phones/{PHONE}").text) else "")
    assert page.index("sent second") < page.index("sent first")


def test_receipts_may_come_twice(twilio: Client, simulator: Running, product: Product):
    simulator.faults(webhook={"duplicate": 1})
    create(twilio, product)

    assert states(product.hears(6)) == ["queued", "queued", "sent", "sent", "delivered", "delivered"]


def test_receipts_may_come_in_the_wrong_order(twilio: Client, simulator: Running, product: Product):
    simulator.faults(webhook={"reorder": 1})
    create(twilio, product)

    found = states(product.hears(3))
    assert sorted(found) == ["delivered", "queued", "sent"]
    assert found != ["queued", "sent", "delivered"]


@pytest.mark.parametrize("fault", ["drop", "error_429", "error_5xx"])
def test_a_webhook_may_never_reach_the_product(simulator: Running, product: Product, fault: str):
    simulator.faults(webhook={fault: 1})

    assert "did not answer" in simulator.text("Hello?")["note"]
    assert product.calls == []


def test_the_products_answer_may_be_lost(simulator: Running, product: Product):
    simulator.faults(webhook={"accept_then_die": 1})
    product.says("once")
    product.says("twice")

    assert simulator.text("Hello?")["replies"] == []
    assert len({call.form["MessageSid"] for call in product.hears(2)}) == 1


def test_a_text_from_a_phone_may_be_passed_on_twice(simulator: Running, product: Product):
    simulator.faults(webhook={"duplicate": 1})
    product.says("one")
    product.says("two")

    assert simulator.text("Hello?")["replies"] == ["one", "two"]


def test_refused_mail_is_not_kept(smtp: smtplib.SMTP, simulator: Running):
    simulator.faults(email={"error_429": 1})
    with pytest.raises(smtplib.SMTPDataError) as busy:
        smtp.sendmail("forum@example.org", ["a@example.org"], MAIL)
    assert busy.value.smtp_code == 451

    simulator.faults(email={"error_5xx": 1})
    with pytest.raises(smtplib.SMTPDataError) as closing:
        smtp.sendmail("forum@example.org", ["a@example.org"], MAIL)
    assert closing.value.smtp_code == 421
    assert simulator.sent() == []
    simulator.faults()
    with smtplib.SMTP("127.0.0.1", simulator.smtp_port, timeout=10) as again:
        again.sendmail("forum@example.org", ["a@example.org"], MAIL)
    assert len(simulator.sent()) == 1


def test_mail_may_arrive_though_its_answer_does_not(smtp: smtplib.SMTP, simulator: Running):
    simulator.faults(email={"accept_then_die": 1})

    with pytest.raises(smtplib.SMTPServerDisconnected):
        smtp.sendmail("forum@example.org", ["a@example.org"], MAIL)

    (item,) = simulator.sent()
    assert (item["state"], item["faults"]) == ("delivered", ["accept_then_die"])


def test_mail_may_arrive_twice_or_not_at_all(smtp: smtplib.SMTP, simulator: Running):
    simulator.faults(email={"duplicate": 1})
    smtp.sendmail("forum@example.org", ["twice@example.org"], MAIL)
    simulator.faults(email={"drop": 1})
    smtp.sendmail("forum@example.org", ["never@example.org"], MAIL)

    assert [item["reference"] for item in simulator.sent(to="twice@example.org")] == ["<one@example.org>"] * 2
    assert [item["state"] for item in simulator.sent(to="never@example.org")] == ["dropped"]
    assert "never@example.org" not in simulator.http.get("/").text


def test_mails_may_overtake_each_other(smtp: smtplib.SMTP, simulator: Running):
    simulator.faults(email={"reorder": 1})
    for subject in ("first", "second"):
        smtp.sendmail("forum@example.org", ["a@example.org"], f"Subject: {subject}\r\n\r\n")

    page = until(lambda: found if "first" in (found := simulator.http.get("/mailboxes/a@example.org").text) else "")
    assert page.index("first") < page.index("second"), "the newest mail is on top"


@pytest.mark.parametrize(
    ("wanted", "named"),
    [
        ({"sms": {"drop": 1.5}}, "sms.drop"),
        ({"sms": {"delay_ms": -1}}, "sms.delay_ms"),
        ({"sms": {"explode": 1}}, "sms.explode"),
        ({"post": {}}, "post"),
    ],
)
def test_a_knob_that_does_not_exist_is_refused_by_name(simulator: Running, wanted: dict[str, Any], named: str):
    answer = simulator.http.put("/faults", json=wanted)

    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert named in answer.json()["detail"]
    assert simulator.http.get("/faults").json()["sms"]["drop"] == 0


def test_knobs_are_turned_on_the_page(simulator: Running):
    form = {"delay_ms": "250", "drop": "12.5", "duplicate": ""}
    assert simulator.http.post("/faults/sms", data=form).status_code == 303
    assert simulator.http.get("/faults").json()["sms"] == Knobs(delay_ms=250, drop=0.125).model_dump()
    assert "late by 250 ms, get lost, with a receipt that says so 12.5 %" in simulator.http.get("/").text

    assert simulator.http.post("/faults/sms", data={"drop": "101"}).status_code == 422
    assert simulator.http.post("/faults/sms", data={"drop": "lots"}).status_code == 422
    simulator.http.post("/faults/sms", data={**form, "all_well": "yes"})
    assert simulator.http.get("/faults").json() == Faults().model_dump()


def test_a_seed_repeats_its_luck():
    luck = Luck()
    luck.set(Faults(sms=Knobs(drop=0.5), seed=3))
    first = [luck.strikes("sms", "drop") for _ in range(50)]
    luck.set(Faults(sms=Knobs(drop=0.5), seed=3))

    assert first == [luck.strikes("sms", "drop") for _ in range(50)]
    assert 10 < sum(first) < 40


def test_shuffled_never_keeps_the_order():
    luck = Luck()
    for _ in range(50):
        assert luck.shuffled(["a", "b"]) == ["b", "a"]
    assert luck.shuffled(["a"]) == ["a"]
