"""Coming in, and where somebody is in, as members keeps it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from services.web.calls import Calls


class Member(BaseModel):
    id: UUID
    name: str


class SignedIn(BaseModel):
    """A member's token, and for how many seconds it is good. `own_device`: nobody else uses this one."""

    token: str
    expires_in: float
    own_device: bool = True
    member: Member


class SessionOpened(SignedIn):
    """A new session; who has its secret is that member."""

    session: str


class Challenge(BaseModel):
    """What a code is typed in with, by the browser that asked for it."""

    challenge: UUID
    browser: str


class Session(BaseModel):
    """A device where a member is signed in. `strong`: a second key was shown there, lately enough to count.

    `just_shown`: so lately that keys may be added and taken away.
    """

    id: UUID
    strong: bool
    just_shown: bool
    own_device: bool
    created_at: datetime
    last_seen_at: datetime
    this_one: bool


class Sessions(BaseModel):
    items: list[Session]


class SignInApi:
    """Opens and ends sessions. `vouch` makes a token by which members believes web."""

    def __init__(self, calls: Calls, vouch: Callable[[], str]) -> None:
        self._calls = calls
        self._vouch = vouch

    async def open_session(self, shown: Mapping[str, Any]) -> SessionOpened:
        """A session for whoever shows this: a personal link, a code, a card."""
        return await self._calls.send(SessionOpened, "POST", "members", "/sessions", shown, token=self._vouch())

    async def ask_for_code(self, channel: str, address: str, asker: str | None) -> Challenge:
        """Have a code sent to an address, if anybody has it; what it is typed in with."""
        asking = {"channel": channel, "address": address, "asker": asker}
        return await self._calls.send(Challenge, "POST", "members", "/challenges", asking, token=self._vouch())

    async def token(self, session: str) -> SignedIn:
        """A token that says to every service who this is."""
        return await self._calls.send(SignedIn, "POST", "members", "/tokens", {"session": session})

    async def end_session(self, session: str) -> None:
        """Make a session worth nothing."""
        await self._calls.tell("DELETE", "members", "/sessions", {"session": session})

    async def sessions(self, token: str) -> list[Session]:
        """Where this member is signed in."""
        return (await self._calls.get(Sessions, "members", "/me/sessions", token)).items

    async def end_one_session(self, session_id: UUID, token: str) -> None:
        """Sign one of this member's devices out."""
        await self._calls.tell("DELETE", "members", f"/me/sessions/{session_id}", None, token=token)

    async def end_other_sessions(self, token: str) -> None:
        """Sign all of this member's devices out but this one."""
        await self._calls.tell("DELETE", "members", "/me/sessions", None, token=token)
