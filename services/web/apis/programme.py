"""What is on, and who is coming, as events keeps it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel

from services.web.calls import Calls, Kept

Going = Literal["going", "not_going"]
OCCURRENCES_A_PAGE = "50"


class Group(BaseModel):
    slug: str
    name: str
    is_hidden: bool = False


class Said(BaseModel):
    """Whether there is something, and a few words on it."""

    known: Literal["yes", "no", "dont_know"]
    note: str = ""


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
    card: dict[str, Said] = {}


class Programme(BaseModel):
    """Some of what is on; `next` is where the rest begins."""

    items: list[Occurrence]
    next: str | None = None


class Rsvp(BaseModel):
    """What a member said: whether they come, whom they bring, and the name that others who come may see."""

    occurrence_id: UUID
    answer: Going
    others: dict[str, int] = {}
    shown_as: str | None = None


class Waiting(BaseModel):
    """A member in the line for a place. While `offered_until` is to come, one is held for them; `words` say it all."""

    occurrence_id: UUID
    offered_until: datetime | None = None
    others: dict[str, int] = {}
    words: str


class Rsvps(BaseModel):
    items: list[Rsvp]
    waiting: list[Waiting] = []


class Hosted(BaseModel):
    """Something a member runs, or was asked to run and has not agreed to yet."""

    activity_id: UUID
    title: str
    group: Group
    agreed: bool


class HostedList(BaseModel):
    items: list[Hosted]


class Coming(BaseModel):
    """The names of those who come and wished to be seen by the others."""

    names: list[str]


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

    async def names_shown(self, occurrence_id: UUID, token: str) -> list[str]:
        """Who else comes, of those who wished to be seen by this member, who comes as well."""
        return (await self._calls.get(Coming, "events", f"/occurrences/{occurrence_id}/coming", token)).names

    async def say_whether_coming(self, occurrence_id: UUID, answer: Mapping[str, Any], token: str) -> None:
        """Take or give up a place, and say whom they bring."""
        await self._calls.tell("PUT", "events", f"/occurrences/{occurrence_id}/rsvp", answer, token=token)

    async def wait_for_place(self, occurrence_id: UUID, others: Mapping[str, int], token: str) -> None:
        """Into the line, with those they bring."""
        said = {"others": others}
        await self._calls.tell("PUT", "events", f"/occurrences/{occurrence_id}/waiting", said, token=token)

    async def hosting(self, token: str) -> list[Hosted]:
        """What this member runs or was asked to run."""
        return (await self._calls.get(HostedList, "events", "/me/hosting", token)).items

    async def answer_hosting(self, activity_id: UUID, token: str, *, agrees: bool) -> None:
        """Agree to run it, or do so no more."""
        method = "PUT" if agrees else "DELETE"
        await self._calls.tell(method, "events", f"/activities/{activity_id}/hosting", None, token=token)

    async def leave_line(self, occurrence_id: UUID, token: str) -> None:
        """Out of the line."""
        await self._calls.tell("DELETE", "events", f"/occurrences/{occurrence_id}/waiting", None, token=token)


def _which(group: str | None, after: str | None) -> dict[str, str]:
    chosen = {"group": group, "after": after, "limit": OCCURRENCES_A_PAGE}
    return {name: value for name, value in chosen.items() if value}
