from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.members.majority import State
from services.members.models import AdmitsBy, Group, GroupNote, Happening, Kind, Member, Membership, Motion
from services.members.schemas.base import SOME_ID, Name, Secret, Slug, example
from shared.contracts.members import Role, Visibility


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


MOST_USES = 100
MOST_DAYS = 90
DAYS = 14


class GroupDraft(BaseModel):
    """A group that is to be. Its short name is made from its name unless one is given."""

    model_config = ConfigDict(json_schema_extra=example({"name": "Hill walkers", "visibility": "open"}))

    name: Name
    slug: Slug | None = None
    visibility: Visibility


class GroupEdit(BaseModel):
    """What to change; what is left out stays."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=example({"admits_by": "vote"}))

    name: Name | None = None
    visibility: Visibility | None = None
    admits_by: AdmitsBy | None = None
    accepts_asks: bool | None = None


class GroupView(BaseModel):
    """A group as whoever may know of it sees it."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    slug: str
    name: str
    visibility: Visibility
    admits_by: AdmitsBy
    accepts_asks: bool


class PersonInGroup(BaseModel):
    """One of a group's people, as the others see them. A guest came with `came_with`."""

    member_id: UUID
    name: str
    role: Role
    came_with: UUID | None

    @classmethod
    def of(cls, member: Member, place: Membership) -> Self:
        """A member, and their place."""
        return cls(member_id=member.id, name=member.name, role=place.role, came_with=place.came_with)


class NoteView(BaseModel):
    """Something that happened in a group, to whom or by whom; nobody is named who is no longer with us."""

    at: datetime
    what: Happening
    member_id: UUID | None
    name: str | None
    by: UUID | None
    by_name: str | None

    @classmethod
    def of(cls, note: GroupNote, names: Mapping[UUID, str]) -> Self:
        """A line of the log, with the names of those in it."""
        name, by_name = (names.get(each) if each else None for each in (note.member_id, note.by))
        return cls(at=note.at, what=note.what, member_id=note.member_id, name=name, by=note.by, by_name=by_name)


class InvitationDraft(BaseModel):
    """Whom to let in: as what, how many of them, and for how many days the code works.

    A guest comes along with who makes it, until `stays_until` if that is said. `for_worker`: a worker may use it.
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra=example({"role": "guest", "uses": 1, "days": 14}))

    role: Role = Role.MEMBER
    uses: Annotated[int, Field(ge=1, le=MOST_USES)] = 1
    days: Annotated[int, Field(ge=1, le=MOST_DAYS)] = DAYS
    for_worker: bool = False
    stays_until: AwareDatetime | None = None


class InvitationView(BaseModel):
    """An invitation that works, without its code: nobody has that but whom it was given to."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    role: Role
    for_worker: bool
    uses_left: int
    expires_at: datetime
    stays_until: datetime | None
    made_by: UUID


class InvitationMade(InvitationView):
    """The same with its code, which is shown once: as letters, as a link, and as a QR code of the link in SVG."""

    code: str
    link: str
    qr: str


class InvitationCode(BaseModel):
    """The code of an invitation, in whatever capitals and with whatever between the letters."""

    model_config = ConfigDict(json_schema_extra=example({"code": "7KX2M-4QZ9C"}))

    code: Secret


class RequestView(BaseModel):
    """Somebody who asks to join, as the group's convenors see them."""

    member_id: UUID
    name: str
    asked_at: datetime


class MyRequest(BaseModel):
    """A group I asked to join."""

    model_config = ConfigDict(from_attributes=True)

    group_id: UUID
    asked_at: datetime


class MyRequests(BaseModel):
    """What I asked and nobody has answered."""

    items: list[MyRequest]


class RequestAnswer(BaseModel):
    """Whether somebody who asks is let in."""

    model_config = ConfigDict(json_schema_extra=example({"admit": True}))

    admit: bool


class MotionDraft(BaseModel):
    """Something for the group to decide: whether a member becomes a convenor, or is one no more."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=example({"kind": "elect", "about_member": SOME_ID}))

    kind: Kind
    about_member: UUID


class VoteDraft(BaseModel):
    """What I say to a motion."""

    model_config = ConfigDict(json_schema_extra=example({"yes": True}))

    yes: bool


class MotionView(BaseModel):
    """A motion. How many said what is told when it is decided and not before, so that no vote shows in the counts.

    `leaves_no_convenor`: if it is carried, nobody runs the group.
    """

    id: UUID
    kind: Kind
    about_member: UUID
    about_name: str
    raised_by: UUID | None
    raised_at: datetime
    closes_at: datetime
    state: State
    yes: int | None
    no: int | None
    my_vote: bool | None
    leaves_no_convenor: bool

    @classmethod
    def of(cls, motion: Motion, *, name: str, my_vote: bool | None, leaves_no_convenor: bool) -> Self:
        """A motion as one of the group sees it."""
        return cls(
            id=motion.id,
            kind=motion.kind,
            about_member=motion.about_member,
            about_name=name,
            raised_by=motion.raised_by,
            raised_at=motion.raised_at,
            closes_at=motion.closes_at,
            state=motion.state,
            yes=motion.yes,
            no=motion.no,
            my_vote=my_vote,
            leaves_no_convenor=leaves_no_convenor,
        )
