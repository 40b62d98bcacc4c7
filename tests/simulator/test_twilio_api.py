"""Twilio's SDK sends, lists and fetches, and raises what it would raise."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from tests.simulator.conftest import OURS, PHONE, Product, Running, signed_in, until


def test_a_text_is_queued_and_arrives(twilio: Client, simulator: Running):
    text = twilio.messages.create(to=PHONE, from_=OURS, body="Games night tonight at 18:30.")

    assert re.fullmatch(r"SM[0-9a-f]{32}", text.sid)
    assert (text.status, text.num_segments, text.direction) == ("queued", "1", "outbound-api")
    assert (text.to, text.from_, text.error_code, text.price) == (PHONE, OURS, None, None)
    assert text.uri == f"/2010-04-01/Accounts/{text.account_sid}/Messages/{text.sid}.json"
    assert abs(text.date_created - datetime.now(UTC)) < timedelta(minutes=1)
    until(lambda: text.fetch().status == "delivered")
    (item,) = simulator.sent()
    assert item["reference"] == text.sid
    assert (item["channel"], item["to"], item["text"]) == ("sms", PHONE, "Games night tonight at 18:30.")


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"to": "", "from_": OURS, "body": "x"}, 21604),
        ({"to": "07700900123", "from_": OURS, "body": "x"}, 21211),
        ({"to": "+44 7700 900123", "from_": OURS, "body": "x"}, 21211),
        ({"to": PHONE, "from_": OURS, "body": ""}, 21602),
        ({"to": PHONE, "from_": OURS}, 21602),
        ({"to": PHONE, "body": "x"}, 21603),
        ({"to": PHONE, "from_": "+447700900999", "body": "x"}, 21606),
        ({"to": OURS, "from_": OURS, "body": "x"}, 21266),
        ({"to": PHONE, "from_": OURS, "body": "x" * 1601}, 21617),
        ({"to": PHONE, "from_": OURS, "body": "x", "status_callback": "not a url"}, 21609),
        ({"to": PHONE, "messaging_service_sid": "mine", "body": "x"}, 21701),
    ],
)
def test_what_cannot_be_sent_is_refused_by_its_code(
    twilio: Client, simulator: Running, wanted: dict[str, Any], code: int
):
    with pytest.raises(TwilioRestException) as refusal:
        twilio.messages.create(**wanted)

    assert (refusal.value.status, refusal.value.code) == (400, code)
    assert simulator.sent() == []


def test_the_longest_text_goes(twilio: Client):
    assert twilio.messages.create(to=PHONE, from_=OURS, body="x" * 1600).num_segments == "11"


def test_a_messaging_service_chooses_the_sender(twilio: Client):
    text = twilio.messages.create(to=PHONE, messaging_service_sid="MG" + "a" * 32, body="x")

    assert (text.status, text.num_segments) == ("accepted", "0")
    until(lambda: text.fetch().status == "delivered")
    assert text.fetch().from_ == OURS


def test_a_template_is_accepted_by_its_name(twilio: Client, simulator: Running):
    twilio.messages.create(to=PHONE, from_=OURS, content_sid="HX1", content_variables='{"1":"18:30"}')

    assert simulator.sent()[0]["text"] == '[HX1] {"1":"18:30"}'


def test_a_wrong_token_is_refused(simulator: Running):
    with signed_in(simulator.url, token="another") as stranger, pytest.raises(TwilioRestException) as refusal:
        stranger.messages.create(to=PHONE, from_=OURS, body="x")

    assert (refusal.value.status, refusal.value.code) == (401, 20003)


@pytest.mark.parametrize("header", ["", "Basic", "Basic ???", "Bearer abc", "Basic w6k="])
def test_no_good_credentials_is_no_access(simulator: Running, header: str):
    answer = simulator.http.get("/2010-04-01/Accounts/ACx/Messages.json", headers={"Authorization": header})

    assert answer.status_code == 401
    assert answer.json()["more_info"].endswith("/20003")


def test_an_unknown_text_is_not_found(twilio: Client):
    with pytest.raises(TwilioRestException) as refusal:
        twilio.messages("SM" + "0" * 32).fetch()

    assert (refusal.value.status, refusal.value.code) == (404, 20404)


def test_an_unknown_resource_is_not_found_in_twilios_words(twilio: Client):
    with pytest.raises(TwilioRestException) as refusal:
        twilio.calls.create(to=PHONE, from_=OURS, url="http://x.example.org/")
    with pytest.raises(TwilioRestException) as forbidden:
        twilio.messages("SM" + "0" * 32).delete()

    assert (refusal.value.status, refusal.value.code) == (404, 20404)
    assert (forbidden.value.status, forbidden.value.code) == (405, 20004)


def test_a_list_is_paged_newest_first_while_texts_come_in(twilio: Client):
    for number in range(7):
        twilio.messages.create(to=PHONE, from_=OURS, body=f"text {number}")

    found = twilio.messages.stream(page_size=3)
    bodies = [next(found).body]
    twilio.messages.create(to=PHONE, from_=OURS, body="came in between")
    bodies += [text.body for text in found]

    assert bodies == [f"text {number}" for number in range(6, -1, -1)]


def test_pages_can_be_turned_back(twilio: Client):
    for number in range(4):
        twilio.messages.create(to=PHONE, from_=OURS, body=f"text {number}")

    first = twilio.messages.page(page_size=2)
    second = first.next_page()
    assert [text.body for text in second] == ["text 1", "text 0"]
    assert second.next_page() is None
    assert [text.body for text in second.previous_page()] == ["text 3", "text 2"]


def test_a_list_is_filtered(twilio: Client, simulator: Running, product: Product):
    other = "+447700900124"
    twilio.messages.create(to=PHONE, from_=OURS, body="one")
    twilio.messages.create(to=other, from_=OURS, body="two")
    simulator.text("three")
    now = datetime.now(UTC)

    def bodies(**wanted: Any):
        return [text.body for text in twilio.messages.list(**wanted)]

    assert bodies(to=other) == ["two"]
    assert bodies(from_=PHONE) == ["three"]
    assert bodies(limit=1) == ["three"]
    assert bodies(date_sent_after=now - timedelta(minutes=5), to=PHONE) == ["one"]
    assert bodies(date_sent_before=now - timedelta(minutes=5)) == []
    assert bodies(date_sent_after=now + timedelta(minutes=5)) == []
    assert len(bodies(date_sent=now.date().isoformat())) == 3
    assert bodies(date_sent=(now - timedelta(days=1)).date().isoformat()) == []


def test_a_text_can_be_found_before_it_was_carried(twilio: Client, simulator: Running):
    """Whoever lost the answer looks it up by number and time, which has to work at once."""
    simulator.faults(sms={"reorder": 1})
    since = datetime.now(UTC) - timedelta(seconds=5)
    twilio.messages.create(to=PHONE, from_=OURS, body="held back")

    assert [text.body for text in twilio.messages.list(to=PHONE, date_sent_after=since)] == ["held back"]
    twilio.messages.create(to=PHONE, from_=OURS, body="lets it go")


@pytest.mark.parametrize("query", [{"DateSent": "yesterday"}, {"PageToken": "x"}, {"DateSent>": "2026-13-01"}])
def test_a_filter_that_makes_no_sense_is_refused(twilio: Client, simulator: Running, query: dict[str, Any]):
    path = f"/2010-04-01/Accounts/{twilio.account_sid}/Messages.json"
    answer = simulator.http.get(path, params=query, auth=(twilio.username, twilio.password))

    assert (answer.status_code, answer.json()["code"]) == (400, 20001)
