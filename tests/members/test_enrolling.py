"""Who may enrol a second factor, and what of it their member can read."""

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.members.models import How, Passkey
from shared.contracts.members import Duty, Role
from tests.conftest import Clock
from tests.members.builders import called
from tests.members.conftest import Api
from tests.members.devices import Device
from tests.members.visits import Visit, Visits, comes_in, printed, sign_in, with_passkey, wrong

CARD_NEEDED = (403, "urn:afterhours:card-needed")


def refusal(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"]


def test_a_convenor_enrols_a_passkey_and_has_their_powers(visit: Visits):
    seven = visit()
    assert set(seven.caller().roles.values()) == {Role.MEMBER}
    assert seven.add_passkey().status_code == 201
    seven.renewed(seven.api.ask("POST", "/tokens", json={"session": seven.secret}))
    assert set(seven.caller().roles.values()) == {Role.CONVENOR}
    (known,) = seven.ask("GET", "/me/second-factors").json()["passkeys"]
    assert known["last_used_at"] is None


@pytest.mark.parametrize("how", [How.LINK, How.CODE])
def test_who_holds_the_phone_alone_enrols_nothing(visit: Visits, how: How):
    stranger = visit(how)
    for path in ("/me/passkeys/options", "/me/authenticator"):
        assert refusal(stranger.ask("POST", path)) == CARD_NEEDED


@pytest.mark.parametrize("name", ["Member 7", "Member 8"])
def test_a_card_that_a_member_made_for_themself_enrols_nothing_with_powers_or_without(
    visit: Visits, api: Api, name: str
):
    """Whoever holds the phone can ask for a card with it."""
    own = visit(How.LINK, name).ask("POST", "/me/cards").json()["words"]
    assert refusal(comes_in(api, own).add_passkey()) == CARD_NEEDED


def test_a_card_that_was_taken_back_enrols_nothing(visit: Visits):
    begun = visit(name="Member 8")
    assert begun.ask("DELETE", "/me/cards").status_code == 204
    assert refusal(begun.add_passkey()) == CARD_NEEDED


def test_a_card_that_somebody_gave_enrols_in_no_session_that_was_begun_before(
    visit: Visits, api: Api, session: Session, clock: Clock
):
    own = visit(How.LINK).ask("POST", "/me/cards").json()["words"]
    stranger = comes_in(api, own)
    clock.go_on(minutes=1)
    given = printed(api, called(session, "Member 7").id)
    assert refusal(stranger.add_passkey()) == CARD_NEEDED
    assert comes_in(api, given).add_passkey().status_code == 201


def test_a_worker_enrols_nothing_with_a_card(api: Api):
    """Whoever helps somebody in person can make them a card, and has no worker's powers for that."""
    worker = api.ask("POST", "/workers", "operator", "workers:write", json={"name": "Worker 1"}).json()
    assert refusal(comes_in(api, printed(api, worker["id"])).add_passkey()) == CARD_NEEDED


def test_a_card_that_was_shown_long_ago_enrols_nothing(visit: Visits, clock: Clock):
    seven = visit()
    clock.go_on(minutes=15)
    assert refusal(seven.add_passkey()) == CARD_NEEDED


def test_a_further_one_needs_the_one_that_is_there(visit: Visits, clock: Clock):
    first = with_passkey(visit)
    with_the_card = visit(How.CARD)
    assert with_the_card.add_passkey().json()["type"] == "urn:afterhours:second-factor-needed"
    assert with_the_card.ask("POST", "/me/authenticator").status_code == 403
    with_the_card.show_passkey(first.device)
    assert with_the_card.add_passkey().status_code == 201
    assert len(with_the_card.ask("GET", "/me/second-factors").json()["passkeys"]) == 2


def test_a_session_that_lies_open_adds_and_takes_back_nothing_until_one_is_shown_again(visit: Visits, clock: Clock):
    seven = with_passkey(visit)
    (known,) = seven.ask("GET", "/me/second-factors").json()["passkeys"]
    clock.go_on(minutes=15)
    seven.show_passkey()
    clock.go_on(minutes=14, seconds=59)
    assert seven.ask("POST", "/me/passkeys/options").status_code == 201
    clock.go_on(seconds=1)
    doings = [
        ("POST", "/me/passkeys/options"),
        ("POST", "/me/authenticator"),
        ("DELETE", f"/me/passkeys/{known['id']}"),
        ("DELETE", "/me/authenticator"),
    ]
    needed = (403, "urn:afterhours:second-factor-needed")
    assert {refusal(seven.ask(*doing)) for doing in doings} == {needed}
    (here,) = [it for it in seven.ask("GET", "/me/sessions").json()["items"] if it["this_one"]]
    assert (here["strong"], here["just_shown"]) == (True, False)
    seven.show_passkey()
    assert seven.ask("DELETE", f"/me/passkeys/{known['id']}").status_code == 204


def test_a_worker_begins_with_the_operators_secret(api: Api, session: Session):
    made = api.ask("POST", "/workers", "operator", "workers:write", json={"name": "Worker 1"}).json()
    begun = api.ask("POST", "/sessions/enrolment", json={"secret": made["secret"]}).json()
    worker = Visit(api, api.keys, begun["session"], begun["token"], Device())
    assert worker.add_passkey().status_code == 201
    worker.show_passkey()
    assert worker.caller().duties == {Duty.WORKER}
    api.ask("POST", f"/workers/{made['id']}/enrolments", "operator", "workers:write")
    assert session.scalar(select(func.count(Passkey.id))) == 0
    assert sign_in(api, worker.device).status_code == 401


def test_a_member_reads_of_every_second_factor_that_came_and_went(visit: Visits, clock: Clock):
    seven = with_passkey(visit)
    app = seven.add_app()
    seven.confirm(wrong(app, clock.at))
    seven.confirm(app.at(clock.at))
    replaced = seven.add_app()
    seven.confirm(replaced.at(clock.at))
    seven.confirm(replaced.at(clock.at, counter_offset=1))
    (known,) = seven.ask("GET", "/me/second-factors").json()["passkeys"]
    seven.ask("DELETE", f"/me/passkeys/{known['id']}")
    seven.ask("DELETE", "/me/authenticator")
    assert seven.said() == [
        "You added a passkey, 23 November.",
        "You set up an authenticator app, 23 November.",
        "You took back your authenticator app, 23 November.",
        "You set up an authenticator app, 23 November.",
        "You took back a passkey, 23 November.",
        "You took back your authenticator app, 23 November.",
    ]


def test_what_was_refused_is_not_told_as_done(visit: Visits):
    stranger = visit(How.LINK)
    stranger.add_passkey()
    stranger.ask("DELETE", "/me/authenticator")
    assert stranger.said() == []
