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


class MyGroup(BaseModel):
    """A group that a member belongs to."""

    id: UUID
    name: str
    role: Literal["member", "convenor", "guest"]


class Me(BaseModel):
    """Who a member is, as they see it."""

    id: UUID
    name: str
    groups: list[MyGroup]
    experience: Experience | None


class ListedGroup(BaseModel):
    """A group that a member may know of."""

    id: UUID
    name: str
    visibility: Literal["open", "closed", "hidden"]
    admits_by: Literal["convenor", "vote"]


class ListedGroups(BaseModel):
    """Some of them; `next` is where the rest begins."""

    items: list[ListedGroup]
    next: str | None


class MyRequest(BaseModel):
    group_id: UUID


class MyRequests(BaseModel):
    """What a member asked to join."""

    items: list[MyRequest]


class Person(BaseModel):
    """Somebody in a group."""

    member_id: UUID
    name: str
    role: Literal["member", "convenor", "guest"]


class People(BaseModel):
    items: list[Person]
    next: str | None


class Asking(BaseModel):
    """Somebody who asks to join a group."""

    member_id: UUID
    name: str


class AskingList(BaseModel):
    items: list[Asking]


class InvitationMade(BaseModel):
    """An invitation with its code, told this once; `qr` is the link as SVG."""

    role: Literal["member", "guest"]
    uses_left: int
    expires_at: datetime
    code: str
    link: str
    qr: str


class Motion(BaseModel):
    """Something a group decides by vote. The counts are told when it is decided."""

    id: UUID
    kind: Literal["admit", "elect", "stand_down"]
    about_member: UUID
    about_name: str
    closes_at: datetime
    state: Literal["open", "carried", "lost"]
    yes: int | None
    no: int | None
    my_vote: bool | None
    leaves_no_convenor: bool


class Motions(BaseModel):
    items: list[Motion]


class Wording(BaseModel):
    words: dict[str, str]


class Receipt(BaseModel):
    receipt: str


class Remark(BaseModel):
    text: str
    day: date
    answer: str | None = None
