"""Passkeys, shown by devices that nobody here wrote."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.members.models import Ceremony, How, MemberSession, hashed
from services.members.passkeys import RelyingParty, ceremony_at
from shared.auth import Verifier
from shared.contracts.members import Role
from shared.testing.keys import Keyring
from tests.conftest import Clock
from tests.members.builders import NOW
from tests.members.conftest import Api
from tests.members.visits import Visits, answered, sign_in, with_passkey


def ceremonies(session: Session) -> int:
    return session.scalar(select(func.count(Ceremony.id))) or 0


def test_a_passkey_gives_a_later_session_its_powers_for_twelve_hours(visit: Visits, clock: Clock):
    device = with_passkey(visit).device
    later = visit(How.LINK)
    assert later.show_passkey(device).status_code == 200
    assert set(later.caller().roles.values()) == {Role.CONVENOR}
    for hours, role in ((11, Role.CONVENOR), (1, Role.MEMBER)):
        clock.go_on(hours=hours)
        later.renewed(later.api.ask("POST", "/tokens", json={"session": later.secret}))
        assert set(later.caller().roles.values()) == {role}


def test_a_passkey_signs_in_alone_with_powers(visit: Visits, api: Api, keys: Keyring):
    device = with_passkey(visit).device
    begun = sign_in(api, device)
    assert begun.status_code == 201
    assert begun.json()["member"]["name"] == "Member 7"
    assert set(Verifier("events", keys.trusted).caller(begun.json()["token"]).roles.values()) == {Role.CONVENOR}
    assert sign_in(api, device).status_code == 201


def test_a_device_that_has_one_already_is_told_so(visit: Visits):
    seven = with_passkey(visit)
    asked = seven.ask("POST", "/me/passkeys/options").json()["options"]
    assert len(asked["excludeCredentials"]) == 1
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["rp"] == {"name": "Afterhours", "id": "127.0.0.1"}


def test_who_removes_one_has_shown_one(visit: Visits, session: Session):
    seven, elsewhere, weak = with_passkey(visit), visit(), visit()
    elsewhere.show_passkey(seven.device)
    (known,) = seven.ask("GET", "/me/second-factors").json()["passkeys"]
    assert weak.ask("DELETE", f"/me/passkeys/{known['id']}").status_code == 403
    eight = with_passkey(visit, "Member 8")
    assert eight.ask("DELETE", f"/me/passkeys/{known['id']}").status_code == 404
    assert seven.ask("DELETE", f"/me/passkeys/{known['id']}").status_code == 204
    assert session.get_one(MemberSession, hashed(elsewhere.secret), populate_existing=True).strong_until is None
    assert sign_in(seven.api, seven.device).status_code == 401


def test_a_copy_of_a_passkey_is_noticed(visit: Visits, api: Api):
    device = with_passkey(visit).device
    sign_in(api, device)
    device.key.sign_count -= 1
    refused = sign_in(api, device)
    assert (refused.status_code, refused.json()["type"]) == (401, "urn:afterhours:passkey-refused")


def test_a_device_that_looks_at_nobody_is_refused(visit: Visits, api: Api):
    seven = visit()
    seven.device.looks = False
    assert seven.add_passkey().json()["type"] == "urn:afterhours:passkey-refused"
    seven.device.looks = True
    seven.add_passkey()
    seven.device.looks = False
    assert sign_in(api, seven.device).status_code == 401


def test_a_page_elsewhere_gets_nothing_from_a_passkey(visit: Visits, api: Api):
    device = with_passkey(visit).device
    device.origin = "https://afterhours.example.com"
    assert sign_in(api, device).status_code == 401


def test_what_was_asked_is_answered_once_and_soon(visit: Visits, api: Api, session: Session, clock: Clock):
    device = with_passkey(visit).device
    begun = api.ask("POST", "/sessions/passkey/options")
    answer = answered(begun, device.show)
    assert api.ask("POST", "/sessions/passkey", json=answer).status_code == 201
    device.key.sign_count -= 1
    assert api.ask("POST", "/sessions/passkey", json=answer).status_code == 401
    late = api.ask("POST", "/sessions/passkey/options")
    clock.go_on(minutes=5)
    assert api.ask("POST", "/sessions/passkey", json=answered(late, device.show)).status_code == 401
    assert ceremonies(session) == 2, "the one that enrolled it, and the one that was answered in time"


def test_nobody_finishes_what_another_session_began(visit: Visits):
    seven, other = with_passkey(visit), visit()
    begun = seven.ask("POST", "/sessions/strength/passkey/options")
    refused = other.ask("POST", "/sessions/strength/passkey", json=answered(begun, seven.device.show))
    assert refused.status_code == 401
    again = seven.ask("POST", "/sessions/strength/passkey/options")
    assert seven.ask("POST", "/sessions/passkey", json=answered(again, seven.device.show)).status_code == 401


def test_the_passkey_of_another_gives_no_powers(visit: Visits):
    seven, eight = with_passkey(visit), with_passkey(visit, "Member 8")
    begun = seven.ask("POST", "/sessions/strength/passkey/options")
    refused = seven.ask("POST", "/sessions/strength/passkey", json=answered(begun, eight.device.show))
    assert refused.json()["type"] == "urn:afterhours:passkey-refused"


@pytest.mark.parametrize(
    "nonsense", [{}, {"rawId": 7}, {"rawId": "x"}, {"id": "x", "rawId": "x", "type": "public-key", "response": {}}]
)
def test_what_no_device_ever_said_is_refused(visit: Visits, api: Api, nonsense: dict[str, Any]):
    seven = visit()
    ceremony = api.ask("POST", "/sessions/passkey/options").json()["ceremony"]
    assert api.ask("POST", "/sessions/passkey", json={"ceremony": ceremony, "credential": nonsense}).status_code == 401
    ceremony = seven.ask("POST", "/me/passkeys/options").json()["ceremony"]
    assert seven.ask("POST", "/me/passkeys", json={"ceremony": ceremony, "credential": nonsense}).status_code == 401


def test_a_session_that_has_ended_and_a_token_without_one_show_nothing(visit: Visits, keys: Keyring):
    seven = with_passkey(visit)
    seven.api.ask("DELETE", "/sessions", json={"session": seven.secret})
    for token in (seven.token, keys.signer("members").member_token(uuid4(), {})):
        seven.token = token
        assert seven.ask("POST", "/sessions/strength/passkey/options").status_code == 401
        assert seven.ask("POST", "/me/authenticator").status_code == 401


@pytest.mark.parametrize(
    ("url", "party", "origin"),
    [
        ("https://forum.example.org", "forum.example.org", "https://forum.example.org"),
        ("https://forum.example.org/", "forum.example.org", "https://forum.example.org"),
        ("http://localhost:8000", "localhost", "http://localhost:8000"),
    ],
)
def test_passkeys_are_for_the_address_of_the_forum(url: str, party: str, origin: str):
    assert RelyingParty.at(url, "Afterhours", b"k") == RelyingParty(party, origin, "Afterhours", b"k")


def test_however_often_a_stranger_asks_for_a_passkey_nothing_is_stored(visit: Visits, api: Api, session: Session):
    device = with_passkey(visit).device
    before = ceremonies(session)
    asked = [api.ask("POST", "/sessions/passkey/options").json() for _ in range(500)]
    assert len({it["ceremony"] for it in asked}) == len({it["options"]["challenge"] for it in asked}) == 500
    for it in asked[:3]:
        nonsense = {"ceremony": it["ceremony"], "credential": {"rawId": "AQID"}}
        assert api.ask("POST", "/sessions/passkey", json=nonsense).status_code == 401
    assert ceremonies(session) == before
    assert sign_in(api, device).status_code == 201, "and nobody is kept from theirs"


def test_of_those_who_bring_the_same_answer_at_once_one_comes_in(
    visit: Visits, api: Api, in_threads: Callable[..., list[Any]]
):
    device = with_passkey(visit).device
    answer = answered(api.ask("POST", "/sessions/passkey/options"), device.show)
    statuses = in_threads(*[lambda: api.ask("POST", "/sessions/passkey", json=answer).status_code] * 4)
    assert sorted(statuses) == [201, 401, 401, 401]


def test_a_challenge_is_told_by_nobody_who_does_not_have_the_key():
    """Another key, another id, another purpose or another session: another challenge."""
    ceremony, session_id = ceremony_at(NOW), uuid4()
    here, elsewhere = (RelyingParty.at("https://forum.example.org", "Afterhours", key) for key in (b"k", b"l"))
    told: list[tuple[RelyingParty, UUID, str, UUID | None]] = [
        (here, ceremony, "show", session_id),
        (elsewhere, ceremony, "show", session_id),
        (here, ceremony_at(NOW), "show", session_id),
        (here, ceremony, "enrol", session_id),
        (here, ceremony, "show", uuid4()),
        (here, ceremony, "show", None),
    ]
    assert len({party.challenge(*asked) for party, *asked in told}) == len(told)
    assert "key" not in repr(here)
