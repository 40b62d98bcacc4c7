"""What the services answer, as far as the pages need it."""

from datetime import date, datetime, time
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

Mood = Literal["good", "bad", "ugly"]
Going = Literal["going", "not_going"]


class Group(BaseModel):
    slug: str
    name: str


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
    """A device where a member is signed in. `strong`: a second key was shown there, lately enough to count."""

    id: UUID
    strong: bool
    own_device: bool
    created_at: datetime
    last_seen_at: datetime
    this_one: bool


class Sessions(BaseModel):
    items: list[Session]


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


class Receipt(BaseModel):
    receipt: str


class Remark(BaseModel):
    text: str
    day: date
    answer: str | None = None
