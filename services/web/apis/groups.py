"""Groups, and the ways into them, as members keeps them."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel

from services.web.calls import Calls

AT_MOST = "200"


class MyGroup(BaseModel):
    """A group that a member belongs to."""

    id: UUID
    name: str
    role: Literal["member", "convenor", "guest"]


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


class Invitation(BaseModel):
    """An invitation that works, without its code."""

    id: UUID
    role: Literal["member", "guest"]
    uses_left: int
    expires_at: datetime
    made_by: UUID


class Invitations(BaseModel):
    items: list[Invitation]


class InvitationMade(Invitation):
    """The same with its code, told this once; `qr` is the link as SVG."""

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


class GroupsApi:
    """Reads and changes them, with the member's own token."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def listed(self, token: str, after: str | None) -> ListedGroups:
        """The groups that a member may know of."""
        page = {"limit": AT_MOST} | ({"after": after} if after else {})
        return await self._calls.get(ListedGroups, "members", "/groups", token, **page)

    async def group(self, group_id: UUID, token: str) -> ListedGroup:
        """One of them."""
        return await self._calls.get(ListedGroup, "members", f"/groups/{group_id}", token)

    async def asked(self, token: str) -> set[UUID]:
        """The groups that this member asked to join."""
        asked = await self._calls.get(MyRequests, "members", "/me/requests", token)
        return {request.group_id for request in asked.items}

    async def join(self, group_id: UUID, token: str) -> None:
        """Come into a group that is open to all."""
        await self._calls.tell("POST", "members", f"/groups/{group_id}/members", None, token=token)

    async def leave(self, group_id: UUID, token: str) -> None:
        """Be of a group no more."""
        await self._calls.tell("DELETE", "members", f"/me/groups/{group_id}", None, token=token)

    async def ask_to_join(self, group_id: UUID, token: str) -> None:
        """Ask a group to let this member in."""
        await self._calls.tell("POST", "members", f"/groups/{group_id}/requests", None, token=token)

    async def ask_no_more(self, group_id: UUID, token: str) -> None:
        """Take that back."""
        await self._calls.tell("DELETE", "members", f"/me/requests/{group_id}", None, token=token)

    async def accept(self, code: str, token: str) -> MyGroup:
        """Come into the group that an invitation is for."""
        body = {"code": code}
        return await self._calls.send(MyGroup, "POST", "members", "/invitations/acceptances", body, token=token)

    async def invite(self, group_id: UUID, draft: dict[str, Any], token: str) -> InvitationMade:
        """Make an invitation."""
        path = f"/groups/{group_id}/invitations"
        return await self._calls.send(InvitationMade, "POST", "members", path, draft, token=token)

    async def invitations(self, group_id: UUID, token: str) -> list[Invitation]:
        """Those that still work: all of them for convenors, one's own for everybody else in the group."""
        path = f"/groups/{group_id}/invitations"
        return (await self._calls.get(Invitations, "members", path, token, limit=AT_MOST)).items

    async def take_back_invitation(self, group_id: UUID, invitation_id: UUID, token: str) -> None:
        """Let it let nobody in any more."""
        path = f"/groups/{group_id}/invitations/{invitation_id}"
        await self._calls.tell("DELETE", "members", path, None, token=token)

    async def people(self, group_id: UUID, token: str) -> People:
        """Who is in a group."""
        return await self._calls.get(People, "members", f"/groups/{group_id}/members", token, limit=AT_MOST)

    async def asking(self, group_id: UUID, token: str) -> list[Asking]:
        """Who asks to join a group."""
        path = f"/groups/{group_id}/requests"
        return (await self._calls.get(AskingList, "members", path, token, limit=AT_MOST)).items

    async def answer_request(self, group_id: UUID, asking: UUID, *, admit: bool, token: str) -> None:
        """Let somebody in who asks, or not."""
        path = f"/groups/{group_id}/requests/{asking}/answer"
        await self._calls.tell("POST", "members", path, {"admit": admit}, token=token)

    async def motions(self, group_id: UUID, token: str) -> list[Motion]:
        """What a group decides and has decided by vote, the newest first."""
        return (await self._calls.get(Motions, "members", f"/groups/{group_id}/motions", token, limit=AT_MOST)).items

    async def raise_motion(self, group_id: UUID, kind: str, about: UUID, token: str) -> None:
        """Have a group vote on who runs it."""
        draft = {"kind": kind, "about_member": str(about)}
        await self._calls.tell("POST", "members", f"/groups/{group_id}/motions", draft, token=token)

    async def vote(self, group_id: UUID, motion_id: UUID, *, yes: bool, token: str) -> None:
        """Say yes or no."""
        path = f"/groups/{group_id}/motions/{motion_id}/vote"
        await self._calls.tell("PUT", "members", path, {"yes": yes}, token=token)
