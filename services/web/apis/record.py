"""A member's own record: addresses, cards, who looked, a copy of it all, and its end."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from services.web.apis.sign_in import Challenge
from services.web.calls import Calls
from shared.export import Export
from shared.export_file import EXPORTED


class Address(BaseModel):
    """Where a member is reached. `hint` is all of it that is shown."""

    id: UUID
    channel: str
    state: str
    hint: str
    needs_confirming: bool


class Addresses(BaseModel):
    items: list[Address]


class Look(BaseModel):
    """Something that was done with what belongs to a member, in plain words."""

    at: datetime
    text: str


class Looks(BaseModel):
    """Some of them, newest first; `next` is where the rest begins."""

    items: list[Look]
    next: str | None = None


class Card(BaseModel):
    """A paper card that lets a member in."""

    id: UUID
    issued_at: datetime
    issued_by_me: bool
    last_used_at: datetime | None


class Cards(BaseModel):
    items: list[Card]


class NewCard(BaseModel):
    """All that stands on a card: the address in its square, and its words."""

    link: str
    words: str


class RecordApi:
    """Reads and changes it, with the member's own token."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def addresses(self, token: str) -> list[Address]:
        """Where a member is reached."""
        return (await self._calls.get(Addresses, "members", "/me/addresses", token)).items

    async def claim_address(self, channel: str, address: str, token: str) -> Challenge:
        """Have a code sent to an address; what it is typed in with."""
        draft = {"channel": channel, "address": address}
        return await self._calls.send(Challenge, "POST", "members", "/me/addresses", draft, token=token)

    async def confirm_address(self, shown: dict[str, str], token: str) -> None:
        """Make it theirs, by the code that was sent."""
        await self._calls.tell("POST", "members", "/me/addresses/confirmations", shown, token=token)

    async def remove_address(self, address_id: UUID, token: str) -> None:
        """Be reached there no more."""
        await self._calls.tell("DELETE", "members", f"/me/addresses/{address_id}", None, token=token)

    async def looks(self, after: str | None, token: str) -> Looks:
        """Who looked at or changed what belongs to a member."""
        params = {"after": after} if after else {}
        return await self._calls.get(Looks, "members", "/me/audit", token, **params)

    async def cards(self, token: str) -> list[Card]:
        """The cards that let a member in."""
        return (await self._calls.get(Cards, "members", "/me/cards", token)).items

    async def make_card(self, token: str) -> NewCard:
        """A new card, told once, in place of the one before."""
        return await self._calls.send(NewCard, "POST", "members", "/me/cards", None, token=token)

    async def end_cards(self, token: str) -> None:
        """Let no card let them in any more."""
        await self._calls.tell("DELETE", "members", "/me/cards", None, token=token)

    async def exports(self, token: str) -> list[Export]:
        """All that each service holds on this member."""
        return [await self._calls.get(Export, service, "/me/export", token) for service in EXPORTED]

    async def erase(self, token: str) -> None:
        """Forget this member, for good."""
        await self._calls.tell("DELETE", "members", "/me?confirm=true", None, token=token)
