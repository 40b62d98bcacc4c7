"""What a member says of themself, as members keeps it.

What is read comes with its version, and a change says which version it is meant for.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel

from services.web.apis.choices import Choices
from services.web.apis.groups import MyGroup
from services.web.calls import Calls


class AboutMe(Choices):
    """What a member says of what they like. The first of `languages` is preferred."""

    interests: list[str]
    interests_offered: list[str]
    languages: list[str]


class Experience(BaseModel):
    """Whether a member uses the service, as they said it, and when."""

    experience: Literal["current", "past"]
    said_at: datetime


class Need(BaseModel):
    """Something a member needs to be able to come, and who may know of it."""

    need: str
    seen_by: Literal["me", "convenors"] = "me"
    words: str | None = None


class Needs(BaseModel):
    items: list[Need]


class Me(BaseModel):
    """Who a member is, as they see it."""

    id: UUID
    name: str
    groups: list[MyGroup]
    experience: Experience | None


class AboutMeApi:
    """Reads and changes it, with the member's own token."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def me(self, token: str) -> tuple[Me, str]:
        """What they are called, their groups, and whether they use the service."""
        return await self._calls.get_tagged(Me, "members", "/me", token)

    async def change_name(self, name: str, token: str, seen: str) -> None:
        """Be called this."""
        await self._calls.tell("PATCH", "members", "/me", {"name": name}, token=token, seen=seen)

    async def likes(self, token: str) -> tuple[AboutMe, str]:
        """What they like to do, and the languages they speak."""
        return await self._calls.get_tagged(AboutMe, "members", "/me/choices", token)

    async def change_likes(self, edit: dict[str, list[str]], token: str, seen: str) -> None:
        """Say anew what they like, or which languages they speak."""
        await self._calls.tell("PATCH", "members", "/me/choices", edit, token=token, seen=seen)

    async def needs(self, token: str) -> tuple[list[Need], str]:
        """What they need to be able to come."""
        needs, seen = await self._calls.get_tagged(Needs, "members", "/me/needs", token)
        return needs.items, seen

    async def say_needs(self, needs: Sequence[Need], token: str, seen: str) -> None:
        """Put these in the place of all that they said they need."""
        said: dict[str, Any] = {"items": [need.model_dump() for need in needs]}
        await self._calls.tell("PUT", "members", "/me/needs", said, token=token, seen=seen)

    async def say_experience(self, experience: str, token: str) -> None:
        """Say that they use the service, or did."""
        await self._calls.tell("PUT", "members", "/me/experience", {"experience": experience}, token=token)

    async def unsay_experience(self, token: str) -> None:
        """Take back all they ever said of it."""
        await self._calls.tell("DELETE", "members", "/me/experience", None, token=token)
