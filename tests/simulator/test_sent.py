"""The list for scripts: filters, pages of it, and emptying."""

import smtplib
from typing import Any

import pytest
from twilio.rest import Client

from tests.simulator.conftest import OURS, PHONE, Product, Running


def test_the_list_is_filtered(twilio: Client, smtp: smtplib.SMTP, simulator: Running, product: Product):
    twilio.messages.create(to=PHONE, from_=OURS, body="one")
    twilio.messages.create(to="+447700900124", from_=OURS, body="two")
    smtp.sendmail("forum@example.org", ["a@example.org"], "Subject: three\r\n\r\nfour")
    simulator.text("not sent by us")

    assert [item["channel"] for item in simulator.sent()] == ["sms", "sms", "email"]
    assert [item["text"] for item in simulator.sent(channel="sms", to=PHONE)] == ["one"]
    assert simulator.sent(channel="email", to=PHONE) == []
    first = simulator.sent()[0]
    assert set(first) == {
        "index", "channel", "to", "from", "text", "time", "reference", "state", "direction", "faults", "segments", "error_code",
    }  # fmt: skip
    assert first["time"].endswith("+00:00")
    assert [item["text"] for item in simulator.sent(since=first["index"] + 1, limit=1)] == ["two"]


def test_the_list_can_be_followed(twilio: Client, simulator: Running):
    for number in range(5):
        twilio.messages.create(to=PHONE, from_=OURS, body=f"text {number}")

    seen, since = [], 0
    for _ in range(3):
        page = simulator.http.get("/sent.json", params={"since": since, "limit": 2}).json()
        seen += [item["text"] for item in page["items"]]
        since = page["next"]
    assert seen == [f"text {number}" for number in range(5)]
    assert simulator.http.get("/sent.json", params={"since": since}).json() == {"items": [], "count": 0, "next": since}


def test_counting_needs_no_items(twilio: Client, simulator: Running):
    twilio.messages.create(to=PHONE, from_=OURS, body="one")

    page = simulator.http.get("/sent.json", params={"limit": 0}).json()
    assert (page["items"], page["count"]) == ([], 1)
    assert simulator.http.get("/sent.json", params={"since": page["next"]}).json()["count"] == 1


def test_emptying_keeps_who_opted_out_unless_told(twilio: Client, simulator: Running, product: Product):
    simulator.text("STOP")
    twilio.messages.create(to="+447700900124", from_=OURS, body="one")

    assert simulator.http.delete("/sent.json").json() == {"removed": 3}
    assert simulator.sent() == []
    assert simulator.text("HELP")["automatic"] is None
    simulator.http.delete("/sent.json", params={"opt_outs": True})
    assert simulator.text("HELP")["automatic"] == "Reply STOP to unsubscribe. Msg&Data Rates May Apply."


@pytest.mark.parametrize("query", [{"since": -1}, {"limit": "all"}, {"channel": "pigeon"}])
def test_a_filter_that_makes_no_sense_is_refused(simulator: Running, query: dict[str, Any]):
    answer = simulator.http.get("/sent.json", params=query)

    assert answer.status_code == 422
    assert next(iter(query)) in answer.json()["detail"]


@pytest.mark.parametrize("body", [{}, {"text": ""}, {"text": "x" * 1601}, {"text": "x", "form": "y"}])
def test_a_text_that_cannot_be_sent_is_refused(simulator: Running, body: dict[str, str]):
    assert simulator.http.post(f"/phones/{PHONE}/texts", json=body).status_code == 422


def test_a_number_without_its_country_is_refused(simulator: Running):
    answer = simulator.http.post("/phones/07700900123/texts", json={"text": "x"})

    assert answer.status_code == 422
    assert "+447700900123" in answer.json()["detail"]


def test_it_says_that_it_is_well(simulator: Running):
    for kind in ("live", "ready"):
        assert simulator.http.get(f"/health/{kind}").json() == {"status": "ok"}
