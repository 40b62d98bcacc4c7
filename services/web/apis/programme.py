"""What is on, and who is coming, as events keeps it."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from services.web.calls import Calls, Kept

Going = Literal["going", "not_going"]
OCCURRENCES_A_PAGE = "50"


class Group(BaseModel):
    slug: str
    name: str
    is_hidden: bool = False


class Occurrence(BaseModel):
    """One date of an activity. `starts` and `ends` are told in local time, with their offset."""

    id: UUID
    group: Group
    title: str
    summary: str | None = None
    starts: datetime
    ends: datetime
    all_day: bool = False
    place: str | None = None
    status: Literal["scheduled", "tentative", "cancelled"]
    capacity: int | None = None
    going: int = 0
    places_left: int | None = None


class Programme(BaseModel):
    """Some of what is on; `next` is where the rest begins."""

    items: list[Occurrence]
    next: str | None = None


class Rsvp(BaseModel):
    occurrence_id: UUID
    answer: Going


class Waiting(BaseModel):
    """A member in the line for a place. While `offered_until` is to come, one is held for them; `words` say it all."""

    occurrence_id: UUID
    offered_until: datetime | None = None
    words: str


class Rsvps(BaseModel):
    items: list[Rsvp]
    waiting: list[Waiting] = []


class ProgrammeApi:
    """Reads it for everybody or with the member's own token, and says who is coming."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def public_list(self, group: str | None, after: str | None) -> Kept[Programme]:
        """What is on, as anybody may see it."""
        return await self._calls.get_public(Programme, "events", "/occurrences", **_which(group, after))

    async def list_for(self, group: str | None, after: str | None, token: str) -> Programme:
        """What is on, with what only this member's groups may see."""
        return await self._calls.get(Programme, "events", "/occurrences", token, **_which(group, after))

    async def public_occurrence(self, occurrence_id: UUID) -> Occurrence:
        """One occurrence, as anybody may see it."""
        return (await self._calls.get_public(Occurrence, "events", f"/occurrences/{occurrence_id}")).value

    async def occurrence(self, occurrence_id: UUID, token: str) -> Occurrence:
        """One occurrence, as this member may see it."""
        return await self._calls.get(Occurrence, "events", f"/occurrences/{occurrence_id}", token)

    async def occurrence_calendar(self, occurrence_id: UUID, token: str | None) -> bytes:
        """One occurrence as a file for a calendar, as whoever asks may see it."""
        return await self._calls.get_file("events", f"/occurrences/{occurrence_id}/calendar.ics", token)

    async def answers(self, token: str) -> dict[UUID, Going]:
        """What this member said about what is still to come."""
        return {rsvp.occurrence_id: rsvp.answer for rsvp in (await self.rsvps(token)).items}

    async def rsvps(self, token: str) -> Rsvps:
        """The same, and what they wait for."""
        return await self._calls.get(Rsvps, "events", "/me/rsvps", token)

    async def say_whether_coming(self, occurrence_id: UUID, answer: Going, token: str) -> None:
        """Take or give up a place."""
        await self._calls.tell("PUT", "events", f"/occurrences/{occurrence_id}/rsvp", {"answer": answer}, token=token)

    async def wait_for_place(self, occurrence_id: UUID, token: str) -> None:
        """Into the line."""
        await self._calls.tell("PUT", "events", f"/occurrences/{occurrence_id}/waiting", {}, token=token)

    async def leave_line(self, occurrence_id: UUID, token: str) -> None:
        """Out of the line."""
        await self._calls.tell("DELETE", "events", f"/occurrences/{occurrence_id}/waiting", None, token=token)


def _which(group: str | None, after: str | None) -> dict[str, str]:
    chosen = {"group": group, "after": after, "limit": OCCURRENCES_A_PAGE}
    return {name: value for name, value in chosen.items() if value}
