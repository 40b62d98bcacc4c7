"""Somebody signed in who enrols and shows second factors, by devices that nobody here wrote."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyotp

from shared.auth import Caller, Verifier
from shared.testing.keys import Keyring
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

    def said(self) -> list[str]:
        """What the audit trail tells them of second factors and cards, oldest first."""
        lines = [line["text"] for line in self.ask("GET", "/me/audit").json()["items"]]
        return [text for text in reversed(lines) if "passkey" in text or "app" in text or "card" in text]

    def caller(self) -> Caller:
        return Verifier("events", self.keys.trusted).caller(self.token)


def answered(begun: Any, do: Callable[[dict[str, Any]], dict[str, Any]]) -> dict[str, Any]:
    return {"ceremony": begun.json()["ceremony"], "credential": do(begun.json()["options"])}


def sign_in(api: Api, device: Device) -> Any:
    begun = api.ask("POST", "/sessions/passkey/options")
    return api.ask("POST", "/sessions/passkey", json=answered(begun, device.show))


def printed(api: Api, member_id: Any) -> str:
    """The words of a new card that the office has made for somebody."""
    wanted = {"member_ids": [str(member_id)]}
    words: str = api.ask("POST", "/cards", "operator", "cards:issue", json=wanted).json()["items"][0]["words"]
    return words


def comes_in(api: Api, words: str, **more: Any) -> Visit:
    """Somebody signs in with the words of a card."""
    begun = api.ask("POST", "/sessions", json={"words": words, "own_device": True} | more)
    assert begun.status_code == 201, begun.text
    return Visit(api, api.keys, begun.json()["session"], begun.json()["token"], Device())


Visits = Callable[..., Visit]


def with_passkey(visit: Visits, name: str = "Member 7") -> Visit:
    """Somebody who has just enrolled one."""
    begun = visit(name=name)
    assert begun.add_passkey().status_code == 201
    return begun


def wrong(app: pyotp.TOTP, at: Any) -> str:
    """Six digits that the app does not show about now."""
    shown = {app.at(at, counter_offset=away) for away in (-1, 0, 1)}
    return next(digits for digits in map("{:06}".format, range(4)) if digits not in shown)
