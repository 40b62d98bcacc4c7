import hashlib
from datetime import datetime, time
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from services.members.models import LONGEST_SLUG, AddressState, Channel, Group, Membership, Use
from shared.contracts.members import Duty, Role

MOST_ADDRESSES = 1000
MOST_KEYS = 1000

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=LONGEST_SLUG)]
Secret = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class Versioned(BaseModel):
    """What is changed by whoever says which version of it they saw."""

    @property
    def version(self) -> int:
        """Another one whenever anything of this is."""
        return int.from_bytes(hashlib.sha256(self.model_dump_json().encode()).digest()[:8])


class MyGroup(BaseModel):
    """A group as its member knows it."""

    id: UUID
    slug: str
    name: str
    role: Role

    @classmethod
    def of(cls, group: Group, place: Membership) -> Self:
        """A group, and the member's place in it."""
        return cls(id=group.id, slug=group.slug, name=group.name, role=place.role)


class RefusedRow(BaseModel):
    """A row that did not go in: the line it begins on, why, and its cells by their headings."""

    line: int
    reason: str
    row: dict[str, str]


class ImportReport(BaseModel):
    """What came of a file: how many members are new, changed or as they were, and which rows did not go in."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: list[RefusedRow] = []
    notes: list[str] = []


class Wanted(BaseModel):
    """An address that somebody wants to send to: with `challenge_id`, to send the code that was asked for."""

    member_id: UUID
    channel: str
    challenge_id: UUID | None = None


class AddressesWanted(BaseModel):
    """Asks the vault for addresses. The reason is kept, and the member may read it: it names nobody."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    items: Annotated[list[Wanted], Field(max_length=MOST_ADDRESSES)]


class Found(BaseModel):
    """An address, its blind index and a personal link; all null where nothing may be sent.

    The link alone is null where the address may be somebody else's by now: send nothing there that is not for all.
    `code` and `sign_in_link` are null unless a code goes there; the link is for mail.
    """

    member_id: UUID
    channel: str
    address: str | None = None
    index: str | None = None
    link: str | None = None
    code: str | None = None
    sign_in_link: str | None = None


class AddressesFound(BaseModel):
    """The vault's answer, in the order it was asked."""

    items: list[Found]


class Sender(BaseModel):
    """Where a message came from, as the provider tells it."""

    channel: Channel
    address: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=254)]


class SenderIdentified(BaseModel):
    """Who that is. Also a sender whom nobody knows has an index, so that a STOP from there can be kept.

    An address that failed, or was silent for 90 days, is like a stranger's.
    """

    index: str
    member_id: UUID | None = None
    token: str | None = None


class AuditLine(BaseModel):
    """Something that was done with what belongs to a member, in plain words."""

    at: datetime
    text: str


class Verdict(BaseModel):
    """Whether the audit trail is whole: how many entries it has, the last one's position and hash (hex).

    Note those two elsewhere: a database that was put back as it was some days ago has an earlier end.
    """

    whole: bool
    entries: int = 0
    last: int = 0
    hash: str = ""
    broken_at: int | None = None
    why: str | None = None


class AddressDraft(BaseModel):
    """An address that a member says is theirs."""

    channel: Channel
    address: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=254)]


class MyAddress(BaseModel):
    """One of a member's own addresses, never shown whole.

    `confidence` is 1 when it has just shown that it is theirs, and halves with every 90 days of silence. Where it
    `needs_confirming`, nothing personal goes there, and it lets nobody in.
    """

    id: UUID
    channel: Channel
    state: AddressState
    hint: str
    added_at: datetime
    confirmed_at: datetime
    confidence: float
    needs_confirming: bool


class MyAddresses(BaseModel):
    """All of them, oldest first."""

    items: list[MyAddress]


class RewrapWanted(BaseModel):
    """How many members' keys to wrap anew at most."""

    limit: Annotated[int, Field(ge=0, le=MOST_KEYS)]


class Rewrapped(BaseModel):
    """How many keys were wrapped anew, how many another master key still wraps, and the newest one's id."""

    newest: str
    done: int
    left: int


class SessionSecret(BaseModel):
    """What a device keeps to stay signed in."""

    session: Secret


class MemberView(BaseModel):
    """A member as they see themselves."""

    id: UUID
    name: str
    groups: list[MyGroup]


class SignedIn(BaseModel):
    """A token for every service, and how many seconds it works.

    Unless it is their own device, the browser should forget the session when it is closed.
    """

    token: str
    expires_in: int
    own_device: bool
    member: MemberView


class SessionBegun(SignedIn):
    """The same, and the session's secret, which is shown once."""

    session: str


class Said(BaseModel):
    """Whether a member uses the service, as they said it themself, and when."""

    experience: Use
    said_at: datetime


class ExperienceDraft(BaseModel):
    """What a member says of it."""

    experience: Use


class MeEdit(BaseModel):
    """What a member would like to be called. Empty for no name at all."""

    name: str


class Me(MemberView, Versioned):
    """All that a member has told us, but for their addresses: those are never shown back."""

    language: str
    timezone: str
    channels: list[str]
    preferred_channel: Channel
    quiet_from: time
    quiet_until: time
    experience: Said | None


class WorkerDraft(BaseModel):
    """Somebody who is to work for the programme."""

    name: str
    duty: Duty = Duty.WORKER


class WorkerView(BaseModel):
    """Somebody who works for the programme, and what they do there."""

    id: UUID
    name: str
    duties: list[Duty]


class Enrolling(WorkerView):
    """The same, with the secret to enrol a second factor with. It is shown once, and works once, for a day."""

    secret: str
    until: datetime


class EnrolmentSecret(BaseModel):
    """What the operator gave a worker, and whether nobody else uses this device."""

    secret: Secret
    own_device: bool = False


class ErasureDraft(BaseModel):
    """Who is to be erased."""

    member_id: UUID


class ErasureView(BaseModel):
    """How far an erasure has come: which services have yet to say that nothing is left, and when the last one did."""

    id: UUID
    asked_at: datetime
    waiting_for: list[str]
    done_at: datetime | None


class Reapplied(BaseModel):
    """What came of going through the ledger: how many were back, and of how many the other services were told."""

    erased_again: int
    told: int


class KeySet(BaseModel):
    """The public half of the key that signs tokens (RFC 7517)."""

    keys: list[dict[str, str]]
