"""The services' APIs, in the words of a conversation."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx2
from pydantic import BaseModel, ValidationError

from services.chat.choices import Choice
from services.chat.wishes import Asks, Change, News, Pause, Quiet
from shared.auth import Signer
from shared.clients import ServiceApi
from shared.errors import Forbidden, TryAgain, Unauthenticated

# A provider waits fifteen seconds for an answer, and no text needs more than three calls.
SECONDS_A_CALL = 4
NEXT_ONES = 3
LOOKED_AT = 20
# The one thing that is refused to the sender and not to us: a closed group's evening is for those who belong to it.
MEMBERS_ONLY = "members-only"


@dataclass(frozen=True)
class Sender:
    """Who an address belongs to. `token` lets us act for them; who is nobody we know has none."""

    address_index: str
    member_id: UUID | None
    token: str | None


class _Identified(BaseModel):
    index: str
    member_id: UUID | None = None
    token: str | None = None


class _Question(BaseModel):
    occurrence_id: UUID
    title: str | None = None
    starts: datetime
    all_day: bool = False


class _Questions(BaseModel):
    items: list[_Question]


class _Occurrence(BaseModel):
    id: UUID
    title: str
    starts: datetime
    all_day: bool = False
    status: Literal["scheduled", "tentative", "cancelled"]


class _Programme(BaseModel):
    items: list[_Occurrence]


class _Receipt(BaseModel):
    receipt: str


class _Link(BaseModel):
    link: str


class _Choices(BaseModel):
    wording: str


class Apis:
    """What a conversation asks of the services. Any of them being away is TryAgain."""

    def __init__(
        self,
        url_of: Callable[[str], str],
        signer: Signer,
        secret: str,
        zone: ZoneInfo,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        def api(service: str) -> ServiceApi:
            return ServiceApi(service, url_of(service), signer, timeout=SECONDS_A_CALL, transport=transport)

        self._members, self._events = api("members"), api("events")
        self._notifications, self._feedback = api("notifications"), api("feedback")
        self._secret = secret.encode()
        self._zone = zone

    def close(self) -> None:
        """Let the connections go."""
        for api in (self._members, self._events, self._notifications, self._feedback):
            api.close()

    def identify(self, channel: str, address: str) -> Sender:
        """Who writes from this address."""
        wanted = {"channel": channel, "address": address}
        # What it changes is the same a second time, so it carries no key: its answer, a token, must not be stored.
        found = self._ask(
            _Identified, lambda: self._members.post("/internal/addresses/identify", wanted, scope="vault:identify")
        )
        return Sender(found.index, found.member_id, found.token)

    def questions(self, token: str) -> tuple[Choice, ...]:
        """What we lately asked this member about."""
        found = self._ask(_Questions, lambda: self._notifications.get("/me/questions", token=token))
        return tuple(self._choice(each.occurrence_id, each) for each in found.items)

    def next_ones(self) -> tuple[Choice, ...]:
        """What is on next, as anybody may see it: others may read over a shoulder what a text says."""
        found = self._ask(_Programme, lambda: self._events.get("/occurrences", limit=LOOKED_AT))
        on = [each for each in found.items if each.status != "cancelled"]
        return tuple(self._choice(each.id, each) for each in on[:NEXT_ONES])

    def say_whether_coming(self, occurrence_id: UUID, token: str, *, going: bool) -> None:
        """Take or give up a place; raises Conflict or Forbidden with the reason, or NotFound."""
        answer = {"answer": "going" if going else "not_going"}
        self._do(lambda: self._events.put(f"/occurrences/{occurrence_id}/rsvp", answer, token=token))

    def wait_for_place(self, occurrence_id: UUID, token: str) -> None:
        """Into the line for a place; raises as an answer does."""
        self._do(lambda: self._events.put(f"/occurrences/{occurrence_id}/waiting", {}, token=token))

    def keep_remark(self, text: str, message_id: str) -> str:
        """Pass on what was said, and nothing about who said it; the receipt."""
        key = self._key("remark", message_id)
        return self._ask(_Receipt, lambda: self._feedback.post("/remarks", {"text": text}, key=key)).receipt

    def sign_in_link(self, token: str) -> str:
        """A link that lets this member in once; raises Conflict when they have had enough."""
        # Without a key, like all that must not be stored: a text that comes again is not asked for again.
        return self._ask(_Link, lambda: self._members.post("/me/sign-in-links", {}, token=token)).link

    def stop(self, channel: str, sender: Sender, message_id: str) -> None:
        """No more texts to this address."""
        self._stop_or_start("stop", channel, sender, message_id)

    def start(self, channel: str, sender: Sender, message_id: str) -> None:
        """Texts to this address again."""
        self._stop_or_start("start", channel, sender, message_id)

    def change(self, channel: str, token: str, change: Change, now: datetime) -> None:
        """Let what reaches this member be as they want it; raises Invalid when that cannot be."""
        if isinstance(change, News):
            wording = self._ask(_Choices, lambda: self._members.get("/me/choices", token=token)).wording
            said = {"purpose": "forum", "channel": channel, "given": change.wanted, "wording": wording}
            self._do(lambda: self._members.put("/me/consents", {"via": "chat", "items": [said]}, token=token))
            return
        edit = self._edit(change, now)
        self._do(lambda: self._members.patch("/me/choices", edit, token=token))

    def _edit(self, change: Pause | Asks | Quiet, now: datetime) -> dict[str, Any]:
        match change:
            case Pause(days):
                until = now.astimezone(self._zone).date() + timedelta(days=days)
                return {"paused_until": until.isoformat() if days else None}
            case Asks(many):
                return {"asks_a_month": many}
            case Quiet(since, until_hour):
                return {"quiet_from": time(since).isoformat(), "quiet_until": time(until_hour).isoformat()}

    def _stop_or_start(self, which: str, channel: str, sender: Sender, message_id: str) -> None:
        whom = {
            "channel": channel,
            "index": sender.address_index,
            "member_id": str(sender.member_id) if sender.member_id else None,
        }
        key = self._key(which, message_id)
        self._do(lambda: self._notifications.post(f"/{which}s", whom, scope="stops:write", key=key))

    def _key(self, what: str, message_id: str) -> str:
        """A key that is the same whenever the same text comes, and that leads nobody else back to it.

        Feedback keeps the key for a day. Made of the provider's own id it would tie a remark to a phone.
        """
        return hmac.new(self._secret, f"{what}\0{message_id}".encode(), hashlib.sha256).hexdigest()

    def _choice(self, occurrence_id: UUID, found: _Question | _Occurrence) -> Choice:
        starts = found.starts if found.starts.tzinfo is None else found.starts.astimezone(self._zone)
        tentative = isinstance(found, _Occurrence) and found.status == "tentative"
        return Choice(occurrence_id, found.title, starts, all_day=found.all_day, tentative=tentative)

    def _ask[S: BaseModel](self, shape: type[S], call: Callable[[], Any]) -> S:
        try:
            return shape.model_validate(self._do(call))
        except ValidationError as error:
            raise TryAgain("The answer could not be read.") from error

    def _do(self, call: Callable[[], Any]) -> Any:
        try:
            return call()
        except ValueError as error:
            raise TryAgain("The answer could not be read.") from error
        except (Unauthenticated, Forbidden) as error:
            if error.code == MEMBERS_ONLY:
                raise
            # Our own token was refused: something is set up wrongly, and nothing the sender could mend.
            raise TryAgain("The service does not know us.") from error
