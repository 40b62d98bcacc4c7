"""A member's own calendar feed, as events keeps it."""

from datetime import datetime

from pydantic import BaseModel

from services.web.calls import Calls
from shared.errors import NotFound

MINE = "/me/calendar-feed"


class CalendarFeed(BaseModel):
    """That there is one, since when, and whether it names what hidden groups do."""

    made_at: datetime
    full_details: bool


class FeedMade(BaseModel):
    """Where a new one is, below the address of events' API; told this once."""

    path: str


class CalendarFeedApi:
    """Reads whether there is one, makes one and ends it, with the member's own token."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def read(self, token: str) -> CalendarFeed | None:
        """The feed of this member, if there is one."""
        try:
            return await self._calls.get(CalendarFeed, "events", MINE, token)
        except NotFound:
            return None

    async def make(self, token: str, *, full_details: bool) -> str:
        """Where the new feed of this member is, told once; one they had before is dead."""
        draft = {"full_details": full_details}
        return (await self._calls.send(FeedMade, "POST", "events", MINE, draft, token=token)).path

    async def end(self, token: str) -> None:
        """Let nobody read it any more."""
        await self._calls.tell("DELETE", "events", MINE, None, token=token)
