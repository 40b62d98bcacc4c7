"""Authenticator apps, and the digits they show."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.models import Authenticator, How
from shared.contracts.members import Role
from tests.conftest import Clock
from tests.members.visits import Visits, with_passkey, wrong


def test_an_app_is_confirmed_and_then_gives_powers(visit: Visits, clock: Clock, session: Session):
    seven = visit()
    app = seven.add_app()
    assert seven.show_digits(app.at(clock.at)).status_code == 401, "nobody knows yet whether the app has the secret"
    assert seven.confirm(app.at(clock.at)).status_code == 200
    assert set(seven.caller().roles.values()) == {Role.CONVENOR}
    assert app.secret.encode() not in session.scalars(select(Authenticator.ciphertext)).one()
    clock.go_on(minutes=1)
    later = visit(How.LINK)
    typed = app.at(clock.at)
    assert later.show_digits(f" {typed[:3]} {typed[3:]} ").status_code == 200
    assert set(later.caller().roles.values()) == {Role.CONVENOR}


def test_digits_open_once(visit: Visits, clock: Clock):
    seven = visit()
    app = seven.add_app()
    seven.confirm(app.at(clock.at))
    refused = seven.show_digits(app.at(clock.at))
    assert (refused.status_code, refused.json()["type"]) == (401, "urn:afterhours:digits-refused")
    assert seven.show_digits(app.at(clock.at, counter_offset=-1)).status_code == 401, "nor do those before"
    assert seven.show_digits(app.at(clock.at, counter_offset=1)).status_code == 200, (
        "a clock may be half a minute wrong"
    )


@pytest.mark.parametrize("digits", ["", "12345", "1234567", "abcdef", "²³¹²³¹", "12 34 56"])
def test_what_no_app_shows_is_refused(visit: Visits, digits: str):
    assert visit().show_digits(digits).status_code == 422


def test_after_ten_wrong_tries_there_is_one_more_every_eight_hours(visit: Visits, clock: Clock):
    seven = visit()
    app = seven.add_app()
    seven.confirm(app.at(clock.at))
    clock.go_on(minutes=1)
    for _ in range(10):
        assert seven.show_digits(wrong(app, clock.at)).status_code == 401
    refused = seven.show_digits(app.at(clock.at))
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:afterhours:too-many-digits")
    clock.go_on(hours=7, minutes=59, seconds=59)
    assert seven.show_digits(app.at(clock.at)).status_code == 403
    clock.go_on(seconds=1)
    assert seven.show_digits(wrong(app, clock.at)).status_code == 401
    assert seven.show_digits(app.at(clock.at)).status_code == 403
    clock.go_on(hours=8)
    assert seven.show_digits(app.at(clock.at)).status_code == 200


def test_a_member_with_a_passkey_is_not_kept_out_by_wrong_digits(visit: Visits, clock: Clock):
    seven = with_passkey(visit)
    app = seven.add_app()
    seven.confirm(app.at(clock.at))
    for _ in range(11):
        seven.show_digits(wrong(app, clock.at))
    later = visit(How.LINK)
    assert later.show_digits(app.at(clock.at, counter_offset=1)).status_code == 403
    assert later.show_passkey(seven.device).status_code == 200


def test_an_app_is_taken_back(visit: Visits, clock: Clock):
    seven = visit()
    app = seven.add_app()
    seven.confirm(app.at(clock.at))
    assert visit().ask("DELETE", "/me/authenticator").status_code == 403
    assert seven.ask("GET", "/me/second-factors").json()["authenticator_since"]
    for _ in range(2):
        assert seven.ask("DELETE", "/me/authenticator").status_code == 204
    assert seven.ask("GET", "/me/second-factors").json()["authenticator_since"] is None
