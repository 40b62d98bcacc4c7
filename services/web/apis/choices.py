"""What reaches a member, as they decided it and members keeps it."""

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any

from pydantic import BaseModel

from services.web.calls import Calls


class Choices(BaseModel):
    """What a member decides about what reaches them; `consents` says by purpose to which channels they said yes."""

    channels: list[str]
    consents: dict[str, list[str]]
    wording: str
    quiet_from: time
    quiet_until: time
    paused_until: date | None
    asks_a_month: int


class Wording(BaseModel):
    words: dict[str, str]


class ChoicesApi:
    """Reads and changes it, with the member's own token."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def mine(self, token: str) -> Choices:
        """What this member decided about what reaches them."""
        return await self._calls.get(Choices, "members", "/me/choices", token)

    async def wording(self, version: str) -> dict[str, str]:
        """The words they say yes or no to, by purpose."""
        return (await self._calls.get_public(Wording, "members", f"/wordings/{version}")).value.words

    async def change(self, edit: Mapping[str, Any], token: str) -> None:
        """Change some of it."""
        await self._calls.tell("PATCH", "members", "/me/choices", edit, token=token)

    async def say_consents(self, answers: Sequence[Mapping[str, Any]], token: str) -> None:
        """Say yes or no."""
        await self._calls.tell("PUT", "members", "/me/consents", {"via": "web", "items": answers}, token=token)
