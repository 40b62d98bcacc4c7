from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.conftest import Clock
from tests.members.builders import called, number
from tests.members.signing_in import Door, link_of
from tests.members.visits import comes_in, printed


def lives(door: Door, begun: dict[str, Any]) -> bool:
    return bool(door.api.ask("POST", "/tokens", json={"session": begun["session"]}).status_code == 200)


def test_on_a_shared_phone_a_session_ends_fifteen_minutes_after_its_last_use(door: Door, clock: Clock):
    begun = door.open()
    assert begun["own_device"] is False
    for _ in range(5):
        clock.go_on(minutes=14)
        assert lives(door, begun)
    clock.go_on(minutes=15)
    assert not lives(door, begun)


def test_on_a_shared_phone_a_session_never_lasts_longer_than_a_day(door: Door, clock: Clock):
    begun = door.open()
    minutes = 0
    while lives(door, begun):
        clock.go_on(minutes=10)
        minutes += 10
    assert minutes == 24 * 60


def test_on_a_phone_of_ones_own_a_session_lasts_for_thirty_days(door: Door, clock: Clock):
    begun = door.open(own_device=True)
    assert begun["own_device"] is True
    clock.go_on(days=29, hours=23)
    assert lives(door, begun)
    clock.go_on(hours=1)
    assert not lives(door, begun)


@pytest.fixture
def two(door: Door, clock: Clock) -> tuple[dict[str, Any], dict[str, Any]]:
    """Member 7 is signed in on two devices."""
    first = door.open(own_device=True)
    clock.go_on(minutes=1)
    return first, door.open()


def test_a_member_sees_where_they_are_signed_in(door: Door, two: tuple[dict[str, Any], dict[str, Any]], clock: Clock):
    here, there = door.as_member("GET", "/me/sessions", two[1]).json()["items"]
    assert (here["this_one"], here["own_device"], here["how"], here["strong"]) == (True, False, "code", False)
    assert (there["this_one"], there["own_device"]) == (False, True)
    assert set(here) == {"id", "how", "strong", "just_shown", "own_device", "created_at", "last_seen_at", "this_one"}
    clock.go_on(minutes=16)
    assert len(door.as_member("GET", "/me/sessions", two[0]).json()["items"]) == 1, "what is over is not listed"


def test_a_member_ends_one_session_from_another(door: Door, two: tuple[dict[str, Any], dict[str, Any]]):
    there = door.as_member("GET", "/me/sessions", two[1]).json()["items"][1]["id"]
    for _ in range(2):
        assert door.as_member("DELETE", f"/me/sessions/{there}", two[1]).status_code == 204
    assert not lives(door, two[0])
    assert lives(door, two[1])


def test_a_member_ends_all_sessions_but_this_one(door: Door, two: tuple[dict[str, Any], dict[str, Any]]):
    assert door.as_member("DELETE", "/me/sessions", two[1]).status_code == 204
    assert (lives(door, two[0]), lives(door, two[1])) == (False, True)


def test_nobody_ends_or_sees_the_session_of_somebody_else(door: Door):
    seven = door.open()
    mine = door.as_member("GET", "/me/sessions", seven).json()["items"][0]["id"]
    challenge = door.ask(number(8))
    eight = door.type_code(challenge, door.received()["code"]).json()
    assert len(door.as_member("GET", "/me/sessions", eight).json()["items"]) == 1
    assert door.as_member("DELETE", f"/me/sessions/{mine}", eight).status_code == 204
    assert lives(door, seven)


def test_who_writes_by_text_has_no_session_and_can_end_all(door: Door):
    begun = door.open()
    texting = door.api.identify(number(7)).json()
    assert [it["this_one"] for it in door.as_member("GET", "/me/sessions", texting).json()["items"]] == [False]
    door.as_member("DELETE", "/me/sessions", texting)
    assert not lives(door, begun)


def test_after_a_restore_nothing_of_before_lets_anybody_in_but_their_card(door: Door, session: Session):
    begun, coded = door.open(own_device=True), door.ask()
    code = door.received()["code"]
    seven = called(session, "Member 7")
    link, card = link_of(door.api, seven.id), printed(door.api, seven.id)
    answer = door.api.ask("POST", "/sessions/ends", "operator", "members:sign-out")
    assert answer.json()["sessions"] >= 1
    assert not lives(door, begun)
    assert door.type_code(coded, code).status_code == 401
    assert door.api.ask("POST", "/sessions", json={"link": link}).status_code == 401
    assert door.api.ask("POST", "/sessions", json={"link": link_of(door.api, seven.id)}).status_code == 201
    back = comes_in(door.api, card)
    assert back.ask("GET", "/me").status_code == 200
    assert back.ask("POST", "/me/authenticator").json()["type"] == "urn:afterhours:card-needed"
