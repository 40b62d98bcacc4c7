"""Second keys, passkeys and authenticator apps, as members keeps them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from services.web.apis.sign_in import SessionOpened
from services.web.calls import Calls


class Passkey(BaseModel):
    id: UUID
    added_at: datetime
    last_used_at: datetime | None


class Keys(BaseModel):
    """What a member can show beside how they came in."""

    passkeys: list[Passkey]
    authenticator_since: datetime | None

    @property
    def any(self) -> bool:
        """Whether there is one to show."""
        return bool(self.passkeys or self.authenticator_since)


class Asked(BaseModel):
    """What a browser is asked, of a passkey; `ceremony` goes back with the answer."""

    ceremony: UUID
    options: dict[str, Any]


class AppSecret(BaseModel):
    """What an authenticator app needs, to be typed and as a square holds it."""

    secret: str
    uri: str


class KeysApi:
    """Reads, makes, shows and removes them."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def mine(self, token: str) -> Keys:
        """Those that a member has."""
        return await self._calls.get(Keys, "members", "/me/second-factors", token)

    async def begin_app(self, token: str) -> AppSecret:
        """The secret for an app, told once."""
        return await self._calls.send(AppSecret, "POST", "members", "/me/authenticator", None, token=token)

    async def confirm_app(self, digits: str, token: str) -> None:
        """Let the app count that shows these digits."""
        await self._calls.tell("PUT", "members", "/me/authenticator", {"digits": digits}, token=token)

    async def show_digits(self, digits: str, token: str) -> None:
        """Show the digits of an app, to have one's powers in this session."""
        await self._calls.tell("POST", "members", "/sessions/strength/authenticator", {"digits": digits}, token=token)

    async def remove_app(self, token: str) -> None:
        """Let the app count no more."""
        await self._calls.tell("DELETE", "members", "/me/authenticator", None, token=token)

    async def begin_passkey(self, token: str) -> Asked:
        """What to ask a device that is to make one."""
        return await self._calls.send(Asked, "POST", "members", "/me/passkeys/options", None, token=token)

    async def add_passkey(self, answer: Mapping[str, Any], token: str) -> None:
        """Keep the one that it made."""
        await self._calls.tell("POST", "members", "/me/passkeys", answer, token=token)

    async def remove_passkey(self, passkey_id: UUID, token: str) -> None:
        """Let a passkey count no more."""
        await self._calls.tell("DELETE", "members", f"/me/passkeys/{passkey_id}", None, token=token)

    async def ask_for_passkey(self, token: str) -> Asked:
        """What to ask a device that has one."""
        return await self._calls.send(Asked, "POST", "members", "/sessions/strength/passkey/options", None, token=token)

    async def show_passkey(self, answer: Mapping[str, Any], token: str) -> None:
        """Show it, to have one's powers in this session."""
        await self._calls.tell("POST", "members", "/sessions/strength/passkey", answer, token=token)

    async def ask_anybody_for_passkey(self) -> Asked:
        """What to ask the device of whoever wants to come in with one."""
        return await self._calls.send(Asked, "POST", "members", "/sessions/passkey/options", None)

    async def come_in_with_passkey(self, answer: Mapping[str, Any]) -> SessionOpened:
        """A session for who shows one."""
        return await self._calls.send(SessionOpened, "POST", "members", "/sessions/passkey", answer)

    async def begin_work(self, secret: str, *, own_device: bool) -> SessionOpened:
        """A session for who shows the secret that the office made for a new worker."""
        shown = {"secret": secret, "own_device": own_device}
        return await self._calls.send(SessionOpened, "POST", "members", "/sessions/enrolment", shown)
