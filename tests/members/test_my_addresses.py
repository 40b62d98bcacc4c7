from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.members import use_cases
from services.members.address_hints import hint
from services.members.models import Address, Member
from tests.conftest import Clock
from tests.members.builders import data_of, number
from tests.members.signing_in import Door, other, told, written_by


@pytest.fixture
def begun(door: Door) -> dict[str, Any]:
    """Member 7, who has just signed in."""
    return door.open()


def mine(door: Door, begun: dict[str, Any]) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = door.as_member("GET", "/me/addresses", begun).json()["items"]
    return items


def claimed(door: Door, begun: dict[str, Any], address: str, channel: str = "sms") -> Any:
    return door.as_member("POST", "/me/addresses", begun, json={"channel": channel, "address": address})


def claim(door: Door, begun: dict[str, Any], address: str, channel: str = "sms") -> Any:
    answer = claimed(door, begun, address, channel)
    door.hear()
    return answer


def confirm(door: Door, begun: dict[str, Any], challenge: dict[str, Any], code: str) -> Any:
    return door.as_member("POST", "/me/addresses/confirmations", begun, json=challenge | {"code": code})


def owners(session: Session) -> dict[str, list[str]]:
    session.expire_all()
    query = select(Member.name, Address.channel).join(Address, Address.member_id == Member.id)
    found: dict[str, list[str]] = {}
    for name, channel in session.execute(query.order_by(Member.name, Address.channel)):
        found.setdefault(name, []).append(channel)
    return found


def test_my_addresses_are_shown_by_a_hint_alone(door: Door, begun: dict[str, Any], clock: Clock):
    sms, email = mine(door, begun)
    assert (sms["channel"], sms["hint"], sms["state"], sms["needs_confirming"]) == (
        "sms",
        "ends in 07",
        "active",
        False,
    )
    assert (email["hint"], email["confidence"]) == ("m…@….org", 1)
    assert "7700900" not in str((sms, email))
    assert door.as_member("GET", "/me/addresses", begun).headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize(
    ("channel", "address", "shown"),
    [
        ("whatsapp", "+447700900042", "ends in 42"),
        ("email", "anne@hub.example.org", "a…@….org"),
        ("telegram", "123456", ""),
        ("push", '{"endpoint": "https://push.example.org/1"}', ""),
    ],
)
def test_a_hint_says_little(channel: str, address: str, shown: str):
    assert hint(channel, address) == shown


def test_a_new_number_is_mine_once_i_enter_its_code_and_not_before(door: Door, session: Session, begun: dict[str, Any]):
    answer = claim(door, begun, number(70))
    assert answer.status_code == 201
    assert [it["hint"] for it in mine(door, begun)] == ["ends in 07", "m…@….org"]
    assert door.api.identify(number(70)).json()["member_id"] is None
    sent = door.received()
    assert (sent["address"], sent["link"]) == (number(70), None)
    assert confirm(door, begun, answer.json(), other(sent["code"])).json()["type"] == "urn:afterhours:code-refused"
    assert confirm(door, begun, answer.json(), sent["code"]).status_code == 204
    assert sorted(it["hint"] for it in mine(door, begun)) == ["ends in 70", "m…@….org"]
    assert door.api.identify(number(70)).json()["member_id"] == begun["member"]["id"]
    assert door.api.identify(number(7)).json()["member_id"] is None
    assert confirm(door, begun, answer.json(), sent["code"]).status_code == 422


def test_links_that_were_sent_to_the_old_number_end_with_it(door: Door, begun: dict[str, Any]):
    seven = UUID(begun["member"]["id"])
    link = door.api.resolve((seven, "sms")).json()["items"][0]["link"]
    challenge = claim(door, begun, number(70)).json()
    confirm(door, begun, challenge, door.received()["code"])
    assert door.show(link=link).status_code == 401


def test_whether_somebody_else_has_an_address_is_not_to_be_found_out(
    door: Door, session: Session, begun: dict[str, Any]
):
    before = len(door.sent())
    (free, wrote_free), (taken, wrote_taken) = (
        written_by(session, lambda at=it: claimed(door, begun, number(at))) for it in (70, 8)
    )
    assert wrote_free == wrote_taken != {}, "the request does the same work, whoever has it"
    door.hear()
    assert free.status_code == taken.status_code == 201
    assert [{key: len(value) for key, value in it.json().items()} for it in (free, taken)] == [
        {"challenge": 36, "browser": 22}
    ] * 2
    assert len(door.sent()) == before + 1, "nobody takes a living number by holding its phone for a minute"
    wrong = [confirm(door, begun, it.json(), "000000") for it in (free, taken)]
    assert told(wrong[0]) == told(wrong[1])
    assert owners(session) == {"Member 7": ["email", "sms"], "Member 8": ["email", "sms"]}


def test_a_number_that_was_silent_for_long_goes_to_who_has_it_now(
    door: Door, session: Session, begun: dict[str, Any], clock: Clock
):
    session.execute(update(Address).values(confirmed_at=clock.at - timedelta(days=91)))
    session.commit()
    challenge = claim(door, begun, number(8)).json()
    assert confirm(door, begun, challenge, door.received()["code"]).status_code == 204
    assert owners(session) == {"Member 7": ["email", "sms"], "Member 8": ["email"]}
    assert door.api.identify(number(8)).json()["member_id"] == begun["member"]["id"]
    assert [it["channels"] for it in data_of(session, "preferences-changed")][-1:] == [["email"]]


@pytest.mark.parametrize("lost", ["silent", "failed"])
def test_d22_a_number_comes_back_by_a_second_proof_and_its_code(
    door: Door, session: Session, begun: dict[str, Any], clock: Clock, lost: str
):
    seven = UUID(begun["member"]["id"])
    if lost == "failed":
        use_cases.fail_channel(session, seven, "sms", now=clock.at)
    else:
        session.execute(update(Address).values(confirmed_at=clock.at - timedelta(days=91)))
    session.commit()
    assert mine(door, begun)[0]["needs_confirming"] is True
    assert door.api.identify(number(7)).json()["member_id"] is None
    challenge = claim(door, begun, number(7)).json()
    assert confirm(door, begun, challenge, door.received()["code"]).status_code == 204
    assert mine(door, begun)[0]["needs_confirming"] is False
    assert door.api.identify(number(7)).json()["member_id"] == str(seven)


def test_a_change_needs_somebody_who_has_just_signed_in(door: Door, begun: dict[str, Any], clock: Clock):
    clock.go_on(minutes=16)
    address = mine(door, begun)[0]["id"]
    answers = [
        claim(door, begun, number(70)),
        confirm(door, begun, {"challenge": str(uuid4()), "browser": "x"}, "123456"),
        door.as_member("DELETE", f"/me/addresses/{address}", begun),
    ]
    assert {answer.json()["type"] for answer in answers} == {"urn:afterhours:sign-in-again"}
    by_text = door.api.identify(number(7)).json()
    assert claim(door, by_text, number(70)).status_code == 403


@pytest.mark.parametrize(
    ("channel", "address"),
    [("sms", "nobody"), ("sms", "07700 900070"), ("email", "x"), ("telegram", "1"), ("fax", "1")],
)
def test_what_no_code_can_be_sent_to_is_refused(door: Door, begun: dict[str, Any], channel: str, address: str):
    assert claim(door, begun, address, channel).status_code == 422


def test_an_address_is_forgotten_when_its_owner_says_so(door: Door, session: Session, begun: dict[str, Any]):
    sms, email = mine(door, begun)
    for _ in range(2):
        assert door.as_member("DELETE", f"/me/addresses/{sms['id']}", begun).status_code == 204
    assert mine(door, begun) == [email]
    assert data_of(session, "preferences-changed")[-1]["channels"] == ["email"]
    assert (
        door.as_member("GET", "/me/audit", begun).json()["items"][0]["text"].startswith("You removed your phone number")
    )


def test_nobody_removes_or_confirms_what_is_somebody_elses(door: Door, session: Session, begun: dict[str, Any]):
    theirs = session.scalars(select(Address.id).where(Address.member_id == door.id_of("Member 8"))).first()
    assert door.as_member("DELETE", f"/me/addresses/{theirs}", begun).status_code == 204
    assert owners(session)["Member 8"] == ["email", "sms"]
    challenge = claim(door, begun, number(70)).json()
    code = door.received()["code"]
    eight = door.type_code(door.ask(number(8)), door.received()["code"]).json()
    assert confirm(door, eight, challenge, code).status_code == 422


def test_five_tries_are_all_there_are(door: Door, begun: dict[str, Any]):
    challenge = claim(door, begun, number(70)).json()
    code = door.received()["code"]
    for _ in range(5):
        assert confirm(door, begun, challenge, other(code)).status_code == 422
    assert confirm(door, begun, challenge, code).status_code == 422
