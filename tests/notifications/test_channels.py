"""One suite over every channel in the table, against servers that speak the real protocols."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx2
import pytest
from pydantic import SecretStr

from deploy.simulator.app import Server, bind
from deploy.simulator.settings import SimulatorSettings
from services.notifications.channels import CHANNELS, Channel, create_channels
from services.notifications.parcels import Outcome, Parcel
from services.notifications.words import Words
from shared.ids import new_id
from shared.settings import ProviderSettings

ACCOUNT = "AC" + "7" * 32
OURS = "+447700900000"
WORDS = Words("Games night is tomorrow.", "Games night: tomorrow", "<p>Games night is tomorrow.</p>")
GOOD = {"sms": "+447700900123", "email": "member7@example.org"}
DEAD = {"sms": "+44", "email": "bounce@example.org"}


@dataclass
class Provider:
    """The simulator as its own API shows it."""

    http: str
    smtp_port: int

    def sent(self, channel: str) -> list[dict]:
        return httpx2.get(f"{self.http}/sent.json", params={"channel": channel}).json()["items"]

    def faults(self, **faults: object) -> None:
        httpx2.put(f"{self.http}/faults", json=faults).raise_for_status()


@pytest.fixture(scope="module")
def server() -> Iterator[Provider]:
    http, smtp = bind("127.0.0.1", 0), bind("127.0.0.1", 0)
    settings = SimulatorSettings(account_sid=ACCOUNT, auth_token=SecretStr("not-a-real-token"), sms_from=OURS)
    server = Server(settings, http, smtp)
    thread = threading.Thread(target=server.run)
    provider = Provider(f"http://127.0.0.1:{http.getsockname()[1]}", smtp.getsockname()[1])
    thread.start()
    yield provider
    server.stop()
    thread.join()


@pytest.fixture
def provider(server: Provider) -> Iterator[Provider]:
    server.faults()
    httpx2.delete(f"{server.http}/sent.json")
    yield server
    server.faults()


@pytest.fixture
def channels(provider: Provider) -> Iterator[dict[str, Channel]]:
    settings = ProviderSettings(
        twilio_api_url=provider.http,
        twilio_account_sid=ACCOUNT,
        twilio_auth_token="not-a-real-token",
        sms_from=OURS,
        smtp_host="127.0.0.1",
        smtp_port=provider.smtp_port,
        email_from="Forum <forum@example.org>",
    )
    channels = create_channels(settings, "http://127.0.0.1:9/api/notifications", lambda: datetime.now(UTC))
    yield channels
    for channel in channels.values():
        channel.close()


def parcel(address: str) -> Parcel:
    return Parcel(new_id(), address, WORDS)


@pytest.mark.parametrize("name", CHANNELS)
def test_what_is_sent_arrives_in_its_words(name: str, channels: dict[str, Channel], provider: Provider):
    result = channels[name].send([parcel(GOOD[name])])[0]
    assert result.outcome is Outcome.ACCEPTED
    arrived = provider.sent(name)
    assert [(item["to"], item["text"].strip()) for item in arrived] == [(GOOD[name], WORDS.text)]


@pytest.mark.parametrize("name", CHANNELS)
def test_one_that_is_refused_does_not_stop_the_others(name: str, channels: dict[str, Channel], provider: Provider):
    results = channels[name].send([parcel(DEAD[name]), parcel(GOOD[name])])
    assert [result.outcome for result in results] == [Outcome.DEAD, Outcome.ACCEPTED]


@pytest.mark.parametrize("name", CHANNELS)
def test_every_result_names_its_parcel(name: str, channels: dict[str, Channel], provider: Provider):
    parcels = [parcel(GOOD[name]) for _ in range(5)]
    assert [result.reference for result in channels[name].send(parcels)] == [each.reference for each in parcels]


@pytest.mark.parametrize("name", CHANNELS)
def test_too_many_is_for_later(name: str, channels: dict[str, Channel], provider: Provider):
    provider.faults(**{name: {"error_429": 1.0}})
    assert channels[name].send([parcel(GOOD[name])])[0].outcome is Outcome.RETRY
    provider.faults()
    assert channels[name].send([parcel(GOOD[name])])[0].outcome is Outcome.ACCEPTED


@pytest.mark.parametrize("name", CHANNELS)
def test_accepted_and_then_died_may_have_left(name: str, channels: dict[str, Channel], provider: Provider):
    provider.faults(**{name: {"accept_then_die": 1.0}})
    assert channels[name].send([parcel(GOOD[name])])[0].outcome is Outcome.AMBIGUOUS
    assert len(provider.sent(name)) == 1


@pytest.mark.parametrize("name", CHANNELS)
def test_nobody_there_is_for_later(name: str):
    settings = ProviderSettings(
        twilio_api_url="http://127.0.0.1:9",
        twilio_account_sid=ACCOUNT,
        twilio_auth_token="x",
        sms_from=OURS,
        smtp_host="127.0.0.1",
        smtp_port=9,
    )
    channel = create_channels(settings, "http://127.0.0.1:9", lambda: datetime.now(UTC))[name]
    assert channel.send([parcel(GOOD[name])])[0].outcome is Outcome.RETRY


def test_a_text_that_may_have_left_is_found_at_the_provider(channels: dict[str, Channel], provider: Provider):
    provider.faults(sms={"accept_then_die": 1.0})
    lost = parcel(GOOD["sms"])
    before = datetime.now(UTC) - timedelta(seconds=5)
    channels["sms"].send([lost])
    found = channels["sms"].look_up(lost, before)
    assert found is not None
    assert found.outcome is Outcome.ACCEPTED
    assert found.provider_id == provider.sent("sms")[0]["reference"]


def test_a_text_that_never_left_may_be_sent_again(channels: dict[str, Channel], provider: Provider):
    found = channels["sms"].look_up(parcel(GOOD["sms"]), datetime.now(UTC))
    assert found is not None
    assert found.outcome is Outcome.RETRY


def test_a_stop_at_the_provider_is_told(channels: dict[str, Channel], provider: Provider):
    httpx2.post(f"{provider.http}/phones/{GOOD['sms']}/texts", json={"text": "STOP"})
    assert channels["sms"].send([parcel(GOOD["sms"])])[0].outcome is Outcome.STOPPED
    httpx2.post(f"{provider.http}/phones/{GOOD['sms']}/texts", json={"text": "START"})


def test_a_letter_says_who_it_is_from_and_that_a_machine_wrote_it(channels: dict[str, Channel], provider: Provider):
    sent = parcel(GOOD["email"])
    channels["email"].send([sent])
    source = httpx2.get(f"{provider.http}/mail/{provider.sent('email')[0]['index']}/source").text
    assert f"Message-ID: <{sent.reference}@example.org>" in source
    assert "Auto-Submitted: auto-generated" in source
    assert "multipart/alternative" in source
    date = next(line for line in source.splitlines() if line.startswith("Date: "))
    assert parsedate_to_datetime(date.removeprefix("Date: ")).tzinfo is not None


def test_a_server_that_closed_the_kept_connection_is_called_again(channels: dict[str, Channel], provider: Provider):
    email = channels["email"]
    assert email.send([parcel(GOOD["email"])])[0].outcome is Outcome.ACCEPTED
    email._kept_connection().sock.close()
    assert email.send([parcel(GOOD["email"])])[0].outcome is Outcome.ACCEPTED
    assert len(provider.sent("email")) == 2
