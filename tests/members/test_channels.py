"""WhatsApp, Telegram and notes on one's own device are added and proven as numbers and mail are (people.md 4d)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.members.models import Address, AddressClaim, Challenge, Channel, MemberSession
from services.members.names import quoted
from tests.conftest import Clock
from tests.members.builders import data_of, number
from tests.members.devices import subscription
from tests.members.signing_in import Door, told

CHAT = "987654321"


@pytest.fixture
def begun(door: Door) -> dict[str, Any]:
    """Member 7, who has just signed in on their own device, where everything may be sent over any channel."""
    offer(door, *Channel)
    return door.open(own_device=True)


def offer(door: Door, *channels: Channel) -> None:
    state = door.api.client.app.state  # type: ignore[attr-defined]
    state.house = replace(state.house, channels=channels)


def eight(door: Door) -> dict[str, Any]:
    """Member 8, who has just signed in on their own device."""
    challenge = door.ask(number(8))
    begun: dict[str, Any] = door.type_code(challenge, door.received()["code"], own_device=True).json()
    return begun


def add(door: Door, begun: dict[str, Any], channel: str, address: str) -> Any:
    answer = door.as_member("POST", "/me/addresses", begun, json={"channel": channel, "address": address})
    door.hear()
    return answer


def confirm(door: Door, begun: dict[str, Any], challenge: dict[str, Any], code: str) -> Any:
    return door.as_member("POST", "/me/addresses/confirmations", begun, json=challenge | {"code": code})


def start(door: Door, begun: dict[str, Any]) -> Any:
    return door.as_member("POST", "/me/addresses/telegram", begun)


def to_the_bot(door: Door, begun: dict[str, Any], start: str, chat: str = CHAT) -> Any:
    """What chat tells members when somebody sends this to the bot."""
    return door.api.ask(
        "POST", "/internal/addresses/telegram", "chat", "vault:claim", json={"start": start, "chat": chat}
    )


def note(door: Door, begun: dict[str, Any], device: dict[str, Any]) -> Any:
    return door.as_member("POST", "/me/addresses/push", begun, json=device)


def sent_to(door: Door, begun: dict[str, Any], channel: str) -> Any:
    return door.api.resolve((begun["member"]["id"], channel)).json()["items"][0]["address"]


def trail(door: Door, begun: dict[str, Any]) -> str:
    text: str = door.as_member("GET", "/me/audit", begun).json()["items"][0]["text"]
    return text


def test_a_whatsapp_number_is_mine_by_a_code_that_comes_as_a_text(door: Door, session: Session, begun: dict[str, Any]):
    challenge = add(door, begun, "whatsapp", "0044 7700 900 070").json()
    assert door.sent()[-1]["channel"] == "sms"
    sent = door.received()
    assert (sent["address"], sent["link"]) == (number(70), None)
    assert sent_to(door, begun, "whatsapp") is None
    assert confirm(door, begun, challenge, sent["code"]).status_code == 204
    assert trail(door, begun).startswith("You confirmed your WhatsApp number with a code")
    assert (sent_to(door, begun, "whatsapp"), sent_to(door, begun, "sms")) == (number(70), number(7))
    assert door.api.identify(number(70), "whatsapp").json()["member_id"] == begun["member"]["id"]
    assert door.api.identify(number(70)).json()["member_id"] is None
    assert session.scalars(select(AddressClaim)).all() == []


def test_the_whatsapp_of_a_number_that_somebody_has_is_not_to_be_had(door: Door, begun: dict[str, Any]):
    before = len(door.sent())
    free, taken = (add(door, begun, "whatsapp", number(n)) for n in (70, 8))
    assert free.status_code == taken.status_code == 201
    assert len(door.sent()) == before + 1, "whoever holds a phone for a minute does not get its WhatsApp either"


def test_i_may_have_sms_and_whatsapp_of_one_number(door: Door, begun: dict[str, Any]):
    challenge = add(door, begun, "whatsapp", number(7)).json()
    assert confirm(door, begun, challenge, door.received()["code"]).status_code == 204
    assert sent_to(door, begun, "whatsapp") == sent_to(door, begun, "sms") == number(7)


def test_a_chat_is_mine_once_i_sent_the_bot_what_i_was_shown(door: Door, session: Session, begun: dict[str, Any]):
    shown = start(door, begun)
    assert (shown.status_code, shown.json()["expires_in"]) == (201, 600)
    assert shown.headers["cache-control"] == "no-store"
    code = shown.json()["start"]
    assert len(code) <= 64
    assert set(code) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
    assert code not in str(session.execute(select(Challenge.__table__)).all())
    assert to_the_bot(door, begun, code).status_code == 204
    assert sent_to(door, begun, "telegram") == CHAT
    assert door.api.identify(CHAT, "telegram").json()["member_id"] == begun["member"]["id"]
    assert data_of(session, "preferences-changed")[-1]["channels"] == ["sms", "email", "telegram"]
    reader = door.as_member("GET", "/me/audit", begun).text
    assert "You confirmed your Telegram chat by writing to us" in reader
    assert to_the_bot(door, begun, code).status_code == 422, "it works once"


def test_a_chat_is_refused_in_the_same_bytes_whatever_is_wrong(door: Door, begun: dict[str, Any], clock: Clock):
    theirs = start(door, eight(door)).json()["start"]
    assert to_the_bot(door, begun, theirs).status_code == 204
    code = start(door, begun).json()["start"]
    other = code[:-1] + ("A" if code[-1] != "A" else "B")
    refused = [to_the_bot(door, begun, it, "1") for it in ("x", "z" * 54, "0" * 54, other, theirs)]
    refused.append(to_the_bot(door, begun, code))
    late = start(door, begun).json()["start"]
    clock.go_on(minutes=10)
    refused.append(to_the_bot(door, begun, late, "1"))
    assert len({str(told(it)) for it in refused}) == 1
    assert refused[0].json()["type"] == "urn:afterhours:code-refused"
    assert door.api.identify(CHAT, "telegram").json()["member_id"] == str(door.id_of("Member 8"))


def test_a_chat_that_was_silent_for_long_goes_to_who_writes_from_it(
    door: Door, session: Session, begun: dict[str, Any], clock: Clock
):
    other = eight(door)
    assert to_the_bot(door, other, start(door, other).json()["start"]).status_code == 204
    session.execute(update(Address).values(confirmed_at=clock.at - timedelta(days=91)))
    session.commit()
    assert to_the_bot(door, begun, start(door, begun).json()["start"]).status_code == 204
    assert door.api.identify(CHAT, "telegram").json()["member_id"] == begun["member"]["id"]
    assert trail(door, other).startswith("We removed your Telegram chat because somebody else has it now")
    assert quoted("Member 7") not in trail(door, other)


@pytest.mark.parametrize("chat", ["-100123", "0", "12a", "", "1" * 20])
def test_a_group_or_nonsense_is_nobodys_chat(door: Door, begun: dict[str, Any], chat: str):
    assert to_the_bot(door, begun, start(door, begun).json()["start"], chat).status_code == 422


def test_nobody_needs_more_than_three_chats_an_hour(door: Door, begun: dict[str, Any]):
    assert [start(door, begun).status_code for _ in range(4)] == [201, 201, 201, 409]
    texting = door.api.identify(number(7)).json()
    assert door.as_member("POST", "/me/sign-in-links", texting).status_code == 201, "links are counted by themselves"


def test_what_a_chat_was_shown_lets_nobody_in(door: Door, begun: dict[str, Any]):
    code = start(door, begun).json()["start"]
    assert door.show(challenge=code[:32], token=code[32:]).status_code == 401


def test_my_own_device_gets_notes_and_the_newest_alone(door: Door, session: Session, begun: dict[str, Any]):
    old, new = subscription(), subscription("https://push.example.org/send/2")
    for device in (old, new):
        assert note(door, begun, device).status_code == 204
    kept = '{"auth":"%s","endpoint":"https://push.example.org/send/2","p256dh":"%s"}'
    assert sent_to(door, begun, "push") == kept % (new["keys"]["auth"], new["keys"]["p256dh"])
    assert trail(door, begun).startswith("You confirmed your device, ") or "looked at your device" in trail(door, begun)
    assert len(session.scalars(select(Address).where(Address.channel == "push")).all()) == 1
    shown = door.as_member("GET", "/me/addresses", begun).text
    assert "push.example.org" not in shown


def test_a_device_that_others_use_gets_none(door: Door, session: Session, begun: dict[str, Any]):
    session.execute(update(MemberSession).values(own_device=False))
    session.commit()
    refused = note(door, begun, subscription())
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:afterhours:shared-device")
    assert sent_to(door, begun, "push") is None


def test_who_signs_in_next_on_a_device_takes_its_notes(door: Door, begun: dict[str, Any]):
    device, other = subscription(), eight(door)
    for who in (other, begun):
        assert note(door, who, device).status_code == 204
    assert sent_to(door, other, "push") is None
    assert sent_to(door, begun, "push") is not None


@pytest.mark.parametrize(
    "wrong", [{"endpoint": "https://10.0.0.1/"}, {"keys": {"p256dh": "x", "auth": "x"}}, {"keys": {}}, {"endpoint": 1}]
)
def test_a_device_that_cannot_be_written_to_is_refused(door: Door, begun: dict[str, Any], wrong: dict[str, Any]):
    assert note(door, begun, subscription() | wrong).status_code == 422


def test_a_lost_phone_loses_all_that_was_in_it_and_mail_stays(door: Door, session: Session, begun: dict[str, Any]):
    add_all(door, begun)
    words = door.api.ask(
        "POST", "/cards", "operator", "cards:issue", json={"member_ids": [begun["member"]["id"]]}
    ).json()["items"][0]["words"]
    assert door.show(words=words, lost_phone=True).status_code == 201
    assert data_of(session, "preferences-changed")[-1]["channels"] == ["email"]
    assert [sent_to(door, begun, it) is None for it in Channel] == [True, False, True, True, True]


def test_an_export_says_how_i_am_reached_and_an_erasure_leaves_nothing(
    door: Door, session: Session, begun: dict[str, Any]
):
    add_all(door, begun)
    parts = door.as_member("GET", "/me/export", begun).json()["parts"]
    (reached,) = [it["rows"] for it in parts if it["heading"] == "How we can reach you"]
    assert [row["Ends in"] for row in reached] == ["07", "m…@example.org", "07", "21", "push.example.org"]
    assert door.as_member("DELETE", "/me?confirm=true", begun).status_code in {202, 204}
    session.expire_all()
    assert session.scalars(select(Address).where(Address.member_id == begun["member"]["id"])).all() == []


def add_all(door: Door, begun: dict[str, Any]) -> None:
    challenge = add(door, begun, "whatsapp", number(7)).json()
    assert confirm(door, begun, challenge, door.received()["code"]).status_code == 204
    assert to_the_bot(door, begun, start(door, begun).json()["start"]).status_code == 204
    assert note(door, begun, subscription()).status_code == 204


def test_a_channel_that_nothing_is_sent_over_is_refused_and_not_offered(door: Door, begun: dict[str, Any]):
    offer(door, Channel.EMAIL)
    yes = {"purpose": "forum", "channel": "sms", "given": True, "wording": "2026-11"}
    answers = [
        add(door, begun, "whatsapp", number(7)),
        start(door, begun),
        note(door, begun, subscription()),
        door.as_member("PATCH", "/me/choices", begun, json={"preferred_channel": "sms"}),
        door.as_member("PUT", "/me/consents", begun, json={"items": [yes]}),
    ]
    assert [told(it) for it in answers] == [told(answers[0])] * 5
    assert (answers[0].status_code, answers[0].json()["detail"]) == (422, "Choose from: email.")
    no = door.as_member("PUT", "/me/consents", begun, json={"items": [yes | {"given": False}]})
    assert no.status_code == 200, "a no is always taken"
    assert no.json()["channels_offered"] == ["email"]
    assert no.json()["consents"]["joined"] == ["email"]


@pytest.mark.parametrize("channel", ["telegram", "push"])
def test_no_code_goes_to_a_chat_or_a_device(door: Door, begun: dict[str, Any], channel: str):
    assert add(door, begun, channel, CHAT).json()["type"] == "urn:afterhours:no-codes-there"
