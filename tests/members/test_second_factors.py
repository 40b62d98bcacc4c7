"""Passkeys and authenticator apps, shown by devices that nobody here wrote."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pyotp
import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from services.members.models import Authenticator, Card, Ceremony, How, MemberSession, Passkey, hashed
from services.members.passkeys import RelyingParty
from services.members.use_cases.sessions import open_session
from shared.auth import Caller, Verifier
from shared.contracts.members import Duty, Role
from shared.testing.keys import Keyring
from tests.conftest import Clock
from tests.members.builders import called, member
from tests.members.conftest import Api
from tests.members.devices import Device


@dataclass
class Visit:
    """Somebody signed in, and their device."""

    api: Api
    keys: Keyring
    secret: str
    token: str
    device: Device

    def ask(self, method: str, path: str, **content: Any) -> Any:
        return self.api.ask(method, path, headers={"Authorization": f"Bearer {self.token}"}, **content)

    def add_passkey(self) -> Any:
        begun = self.ask("POST", "/me/passkeys/options")
        if begun.is_error:
            return begun
        return self.ask("POST", "/me/passkeys", json=answered(begun, self.device.make))

    def show_passkey(self, device: Device | None = None) -> Any:
        begun = self.ask("POST", "/sessions/strength/passkey/options")
        answer = self.ask("POST", "/sessions/strength/passkey", json=answered(begun, (device or self.device).show))
        return self.renewed(answer)

    def add_app(self) -> pyotp.TOTP:
        self.app = pyotp.TOTP(self.ask("POST", "/me/authenticator").json()["secret"])
        return self.app

    def show_digits(self, digits: str, method: str = "POST", path: str = "/sessions/strength/authenticator") -> Any:
        return self.renewed(self.ask(method, path, json={"digits": digits}))

    def confirm(self, digits: str) -> Any:
        return self.show_digits(digits, "PUT", "/me/authenticator")

    def renewed(self, answer: Any) -> Any:
        self.token = answer.json().get("token", self.token)
        return answer

    def caller(self) -> Caller:
        return Verifier("events", self.keys.trusted).caller(self.token)


def answered(begun: Any, do: Callable[[dict[str, Any]], dict[str, Any]]) -> dict[str, Any]:
    return {"ceremony": begun.json()["ceremony"], "credential": do(begun.json()["options"])}


def sign_in(api: Api, device: Device) -> Any:
    begun = api.ask("POST", "/sessions/passkey/options")
    return api.ask("POST", "/sessions/passkey", json=answered(begun, device.show))


Visits = Callable[..., Visit]


@pytest.fixture
def visit(api: Api, session: Session, keys: Keyring, clock: Clock) -> Visits:
    """Signs Member 7, a convenor, or somebody else in."""
    api.bring_in(member(7, role="convenor"), member(8), create_groups=True)
    seven, eight = called(session, "Member 7").id, called(session, "Member 8").id
    session.add(Card(member_id=seven, secret_hash="7", words_index="7", issued_at=clock.at, issued_by=eight))

    def visit(how: How = How.CARD, name: str = "Member 7") -> Visit:
        me, signer = called(session, name), keys.signer("members")
        begun = open_session(session, me, how, own_device=True, signer=signer, now=clock.at)
        session.commit()
        return Visit(api, keys, begun.session, begun.token, Device())

    return visit


def test_a_convenor_enrols_a_passkey_and_has_their_powers(visit: Visits):
    seven = visit()
    assert set(seven.caller().roles.values()) == {Role.MEMBER}
    assert seven.add_passkey().status_code == 201
    seven.renewed(seven.api.ask("POST", "/tokens", json={"session": seven.secret}))
    assert set(seven.caller().roles.values()) == {Role.CONVENOR}
    (known,) = seven.ask("GET", "/me/second-factors").json()["passkeys"]
    assert known["last_used_at"] is None


def test_a_passkey_gives_a_later_session_its_powers_for_twelve_hours(visit: Visits, clock: Clock):
    device = visit_with_passkey(visit).device
    later = visit(How.LINK)
    assert later.show_passkey(device).status_code == 200
    assert set(later.caller().roles.values()) == {Role.CONVENOR}
    for hours, role in ((11, Role.CONVENOR), (1, Role.MEMBER)):
        clock.go_on(hours=hours)
        later.renewed(later.api.ask("POST", "/tokens", json={"session": later.secret}))
        assert set(later.caller().roles.values()) == {role}


def visit_with_passkey(visit: Visits, name: str = "Member 7") -> Visit:
    begun = visit(name=name)
    assert begun.add_passkey().status_code == 201
    return begun


def test_a_passkey_signs_in_alone_with_powers(visit: Visits, api: Api, keys: Keyring):
    device = visit_with_passkey(visit).device
    begun = sign_in(api, device)
    assert begun.status_code == 201
    assert begun.json()["member"]["name"] == "Member 7"
    assert set(Verifier("events", keys.trusted).caller(begun.json()["token"]).roles.values()) == {Role.CONVENOR}
    assert sign_in(api, device).status_code == 201


@pytest.mark.parametrize("how", [How.LINK, How.CODE])
def test_who_holds_the_phone_alone_enrols_nothing(visit: Visits, how: How):
    stranger = visit(how)
    for path in ("/me/passkeys/options", "/me/authenticator"):
        refused = stranger.ask("POST", path)
        assert (refused.status_code, refused.json()["type"]) == (403, "urn:afterhours:card-needed")


def test_a_card_that_a_convenor_asked_for_themself_gives_no_powers(visit: Visits, session: Session):
    """Whoever holds the phone can ask for a card with it."""
    session.execute(update(Card).values(issued_by=Card.member_id))
    session.commit()
    assert visit().add_passkey().json()["type"] == "urn:afterhours:card-needed"
    session.execute(update(Card).values(revoked_at=Card.issued_at))
    session.commit()
    assert visit().add_passkey().json()["type"] == "urn:afterhours:card-needed"
    assert visit(name="Member 8").add_passkey().status_code == 201, "who has no powers wins none"


def test_a_card_that_was_shown_long_ago_enrols_nothing(visit: Visits, clock: Clock):
    seven = visit()
    clock.go_on(minutes=15)
    assert seven.add_passkey().json()["type"] == "urn:afterhours:card-needed"


def test_a_further_one_needs_the_one_that_is_there(visit: Visits, clock: Clock):
    first = visit_with_passkey(visit)
    with_the_card = visit(How.CARD)
    assert with_the_card.add_passkey().json()["type"] == "urn:afterhours:second-factor-needed"
    assert with_the_card.ask("POST", "/me/authenticator").status_code == 403
    with_the_card.show_passkey(first.device)
    assert with_the_card.add_passkey().status_code == 201
    assert len(with_the_card.ask("GET", "/me/second-factors").json()["passkeys"]) == 2


def test_a_device_that_has_one_already_is_told_so(visit: Visits):
    seven = visit_with_passkey(visit)
    asked = seven.ask("POST", "/me/passkeys/options").json()["options"]
    assert len(asked["excludeCredentials"]) == 1
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["rp"] == {"name": "Afterhours", "id": "127.0.0.1"}


def test_who_removes_one_has_shown_one(visit: Visits, session: Session):
    seven, elsewhere, weak = visit_with_passkey(visit), visit(), visit()
    elsewhere.show_passkey(seven.device)
    (known,) = seven.ask("GET", "/me/second-factors").json()["passkeys"]
    assert weak.ask("DELETE", f"/me/passkeys/{known['id']}").status_code == 403
    eight = visit_with_passkey(visit, "Member 8")
    assert eight.ask("DELETE", f"/me/passkeys/{known['id']}").status_code == 404
    assert seven.ask("DELETE", f"/me/passkeys/{known['id']}").status_code == 204
    assert session.get_one(MemberSession, hashed(elsewhere.secret), populate_existing=True).strong_until is None
    assert sign_in(seven.api, seven.device).status_code == 401


def test_a_copy_of_a_passkey_is_noticed(visit: Visits, api: Api):
    device = visit_with_passkey(visit).device
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
    device = visit_with_passkey(visit).device
    device.origin = "https://afterhours.example.com"
    assert sign_in(api, device).status_code == 401


def test_what_was_asked_is_answered_once_and_soon(visit: Visits, api: Api, session: Session, clock: Clock):
    device = visit_with_passkey(visit).device
    begun = api.ask("POST", "/sessions/passkey/options")
    answer = answered(begun, device.show)
    assert api.ask("POST", "/sessions/passkey", json=answer).status_code == 201
    device.key.sign_count -= 1
    assert api.ask("POST", "/sessions/passkey", json=answer).status_code == 401
    late = api.ask("POST", "/sessions/passkey/options")
    clock.go_on(minutes=5)
    assert api.ask("POST", "/sessions/passkey", json=answered(late, device.show)).status_code == 401
    assert session.scalar(select(func.count(Ceremony.id))) == 0, "a refusal uses it up too"


def test_nobody_finishes_what_another_session_began(visit: Visits):
    seven, other = visit_with_passkey(visit), visit()
    begun = seven.ask("POST", "/sessions/strength/passkey/options")
    refused = other.ask("POST", "/sessions/strength/passkey", json=answered(begun, seven.device.show))
    assert refused.status_code == 401
    again = seven.ask("POST", "/sessions/strength/passkey/options")
    assert seven.ask("POST", "/sessions/passkey", json=answered(again, seven.device.show)).status_code == 401


def test_the_passkey_of_another_gives_no_powers(visit: Visits):
    seven, eight = visit_with_passkey(visit), visit_with_passkey(visit, "Member 8")
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
    seven = visit_with_passkey(visit)
    seven.api.ask("DELETE", "/sessions", json={"session": seven.secret})
    for token in (seven.token, keys.signer("members").member_token(uuid4(), {})):
        seven.token = token
        assert seven.ask("POST", "/sessions/strength/passkey/options").status_code == 401
        assert seven.ask("POST", "/me/authenticator").status_code == 401


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


@pytest.mark.parametrize("digits", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "12 34 56"])
def test_what_no_app_shows_is_refused(visit: Visits, digits: str):
    assert visit().show_digits(digits).status_code == 422


def test_after_five_wrong_tries_nobody_guesses_on(visit: Visits, clock: Clock):
    seven = visit()
    app = seven.add_app()
    seven.confirm(app.at(clock.at))
    clock.go_on(minutes=1)
    wrong = f"{(int(app.at(clock.at)) + 1) % 10**6:06}"
    for _ in range(5):
        assert seven.show_digits(wrong).status_code == 401
    refused = seven.show_digits(app.at(clock.at))
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:afterhours:too-many-digits")
    clock.go_on(minutes=14, seconds=59)
    assert seven.show_digits(app.at(clock.at)).status_code == 403
    clock.go_on(seconds=1)
    assert seven.show_digits(app.at(clock.at)).status_code == 200


def test_an_app_is_taken_back(visit: Visits, clock: Clock):
    seven = visit()
    app = seven.add_app()
    seven.confirm(app.at(clock.at))
    assert visit().ask("DELETE", "/me/authenticator").status_code == 403
    assert seven.ask("GET", "/me/second-factors").json()["authenticator_since"]
    for _ in range(2):
        assert seven.ask("DELETE", "/me/authenticator").status_code == 204
    assert seven.ask("GET", "/me/second-factors").json()["authenticator_since"] is None


def test_a_worker_begins_with_the_operators_secret(api: Api, keys: Keyring, session: Session):
    made = api.ask("POST", "/workers", "operator", "workers:write", json={"name": "Worker 1"}).json()
    begun = api.ask("POST", "/sessions/enrolment", json={"secret": made["secret"]}).json()
    worker = Visit(api, keys, begun["session"], begun["token"], Device())
    assert worker.add_passkey().status_code == 201
    worker.show_passkey()
    assert worker.caller().duties == {Duty.WORKER}
    api.ask("POST", f"/workers/{made['id']}/enrolments", "operator", "workers:write")
    assert session.scalar(select(func.count(Passkey.id))) == 0
    assert sign_in(api, worker.device).status_code == 401


@pytest.mark.parametrize(
    ("url", "party", "origin"),
    [
        ("https://forum.example.org", "forum.example.org", "https://forum.example.org"),
        ("https://forum.example.org/", "forum.example.org", "https://forum.example.org"),
        ("http://localhost:8000", "localhost", "http://localhost:8000"),
    ],
)
def test_passkeys_are_for_the_address_of_the_forum(url: str, party: str, origin: str):
    assert RelyingParty.at(url, "Afterhours") == RelyingParty(party, origin, "Afterhours")
