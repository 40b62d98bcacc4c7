"""The services' APIs, in the words of the pages."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from services.web.about_me_api import AboutMeApi
from services.web.calls import Calls, Kept
from services.web.groups_api import GroupsApi
from services.web.keys_api import KeysApi
from services.web.record_api import RecordApi
from services.web.shapes import (
    Challenge,
    Choices,
    Going,
    Mood,
    Occurrence,
    Programme,
    Receipt,
    Remark,
    Rsvps,
    Session,
    SessionOpened,
    Sessions,
    SignedIn,
    Wording,
)
from shared.export import Export
from shared.export_file import EXPORTED

OCCURRENCES_A_PAGE = "50"


class Apis:
    """What the pages ask of the services. `vouch` makes a token by which members believes web."""

    def __init__(self, calls: Calls, vouch: Callable[[], str]) -> None:
        self._calls = calls
        self._vouch = vouch
        self.about_me = AboutMeApi(calls)
        self.groups = GroupsApi(calls)
        self.keys = KeysApi(calls)
        self.record = RecordApi(calls)

    async def close(self) -> None:
        """Let the connections go."""
        await self._calls.close()

    async def public_programme(self, group: str | None, after: str | None) -> Kept[Programme]:
        """What is on, as anybody may see it."""
        return await self._calls.get_public(Programme, "events", "/occurrences", **_which(group, after))

    async def programme(self, group: str | None, after: str | None, token: str) -> Programme:
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

    async def open_session(self, shown: Mapping[str, Any]) -> SessionOpened:
        """A session for whoever shows this: a personal link, a code, a card."""
        return await self._calls.send(SessionOpened, "POST", "members", "/sessions", shown, token=self._vouch())

    async def ask_for_code(self, channel: str, address: str, asker: str | None) -> Challenge:
        """Have a code sent to an address, if anybody has it; what it is typed in with."""
        asking = {"channel": channel, "address": address, "asker": asker}
        return await self._calls.send(Challenge, "POST", "members", "/challenges", asking, token=self._vouch())

    async def sessions(self, token: str) -> list[Session]:
        """Where this member is signed in."""
        return (await self._calls.get(Sessions, "members", "/me/sessions", token)).items

    async def end_one_session(self, session_id: UUID, token: str) -> None:
        """Sign one of this member's devices out."""
        await self._calls.tell("DELETE", "members", f"/me/sessions/{session_id}", None, token=token)

    async def end_other_sessions(self, token: str) -> None:
        """Sign all of this member's devices out but this one."""
        await self._calls.tell("DELETE", "members", "/me/sessions", None, token=token)

    async def token(self, session: str) -> SignedIn:
        """A token that says to every service who this is."""
        return await self._calls.send(SignedIn, "POST", "members", "/tokens", {"session": session})

    async def end_session(self, session: str) -> None:
        """Make a session worth nothing."""
        await self._calls.tell("DELETE", "members", "/sessions", {"session": session})

    async def choices(self, token: str) -> Choices:
        """What this member decided about what reaches them."""
        return await self._calls.get(Choices, "members", "/me/choices", token)

    async def wording(self, version: str) -> dict[str, str]:
        """The words they say yes or no to, by purpose."""
        return (await self._calls.get_public(Wording, "members", f"/wordings/{version}")).value.words

    async def change_choices(self, edit: Mapping[str, Any], token: str) -> None:
        """Change some of it."""
        await self._calls.tell("PATCH", "members", "/me/choices", edit, token=token)

    async def say_consents(self, answers: Sequence[Mapping[str, Any]], token: str) -> None:
        """Say yes or no."""
        await self._calls.tell("PUT", "members", "/me/consents", {"via": "web", "items": answers}, token=token)

    async def exports(self, token: str) -> list[Export]:
        """All that each service holds on this member."""
        return [await self._calls.get(Export, service, "/me/export", token) for service in EXPORTED]

    async def keep_remark(self, text: str, mood: Mood | None, key: str) -> str:
        """Say something; the receipt."""
        draft = {"text": text, "mood": mood}
        return (await self._calls.send(Receipt, "POST", "feedback", "/remarks", draft, key=key)).receipt

    async def remark(self, receipt: str) -> Remark:
        """What was said and what was answered."""
        return await self._calls.send(Remark, "POST", "feedback", "/remarks/lookup", {"receipt": receipt})


def _which(group: str | None, after: str | None) -> dict[str, str]:
    chosen = {"group": group, "after": after, "limit": OCCURRENCES_A_PAGE}
    return {name: value for name, value in chosen.items() if value}
