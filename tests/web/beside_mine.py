"""The stand-in for members, as far as groups go and what a member says of themself."""

import json
import zlib
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import FastAPI, Header, Request
from fastapi.responses import JSONResponse

from tests.web.beside_keys import problem

NeededToken = Annotated[str, Header()]
WALKERS = "0198f000-0000-7000-8000-0000000000e1"
OPEN = "0198f000-0000-7000-8000-0000000000e2"
CLOSED = "0198f000-0000-7000-8000-0000000000e3"
MEMBER_7 = "0198f000-0000-7000-8000-0000000000c1"
MEMBER_8 = "0198f000-0000-7000-8000-0000000000c8"
MOTION = "0198f000-0000-7000-8000-0000000000f1"
INVITATION = "7KX2M4QZ9C"
QR = '<svg xmlns="http://www.w3.org/2000/svg" width="148" height="148"><path d="M4 4h7"/></svg>'


def version_of(value: Any) -> str:
    return f'"{zlib.crc32(json.dumps(value, default=str).encode())}"'


def tagged(value: Any) -> JSONResponse:
    return JSONResponse(value, headers={"ETag": version_of(value)})


def is_old(request: Request, value: Any) -> bool:
    seen = request.headers.get("if-match")
    return seen is not None and seen != version_of(value)


def a_group(group_id: str, name: str, visibility: str) -> dict[str, Any]:
    return {"id": group_id, "slug": name.lower(), "name": name, "visibility": visibility, "admits_by": "convenor"}


def a_motion(**more: Any) -> dict[str, Any]:
    facts = {
        "id": MOTION,
        "kind": "elect",
        "about_member": MEMBER_8,
        "about_name": "Member 8",
        "closes_at": "2026-11-30T12:00:00+00:00",
        "state": "open",
        "yes": None,
        "no": None,
        "my_vote": None,
        "leaves_no_convenor": False,
    }
    return facts | more


def an_invitation(**more: Any) -> dict[str, Any]:
    facts = {"id": MOTION, "made_by": MEMBER_7, "role": "guest", "uses_left": 1}
    return facts | {"expires_at": "2026-12-07T12:00:00+00:00"} | more


@dataclass
class Mine:
    """What it knows of member 7, and what it was told."""

    name: str = "Member 7"
    experience: dict[str, Any] | None = None
    needs: list[dict[str, Any]] = field(default_factory=list)
    roles: dict[str, str] = field(default_factory=lambda: {WALKERS: "member"})
    requests: list[str] = field(default_factory=list)
    asking: list[dict[str, Any]] = field(default_factory=list)
    motions: list[dict[str, Any]] = field(default_factory=list)
    invitations: list[dict[str, Any]] = field(default_factory=list)
    strong: bool = True
    told: list[tuple[str, Any]] = field(default_factory=list)
    groups: dict[str, dict[str, Any]] = field(
        default_factory=lambda: {
            WALKERS: a_group(WALKERS, "Walkers", "hidden"),
            OPEN: a_group(OPEN, "Films", "open"),
            CLOSED: a_group(CLOSED, "Core", "closed"),
        }
    )

    def me(self) -> dict[str, Any]:
        groups = [self.groups[it] | {"role": role} for it, role in self.roles.items()]
        return {"id": MEMBER_7, "name": self.name, "groups": groups, "experience": self.experience}

    def add_to(self, members: FastAPI) -> None:
        self._add_about_me(members)
        self._add_needs(members)
        self._add_my_groups(members)
        self._add_group(members)
        self._add_motions(members)

    def _add_about_me(self, members: FastAPI) -> None:
        @members.get("/me")
        async def me(authorization: NeededToken):
            return tagged(self.me())

        @members.patch("/me")
        async def change_name(request: Request, authorization: NeededToken):
            name = (await request.json())["name"]
            if len(name) > 80:
                return problem(422, "unusable-name", "That name cannot be shown.", "Write a shorter one.")
            if is_old(request, self.me()):
                return problem(412, "me-changed")
            self.name = " ".join(name.split()) or "Member"
            return tagged(self.me())

        @members.put("/me/experience", status_code=204)
        async def say(request: Request, authorization: NeededToken):
            said = (await request.json())["experience"]
            self.experience = {"experience": said, "said_at": "2026-11-22T10:00:00+00:00"}

        @members.delete("/me/experience", status_code=204)
        async def unsay(authorization: NeededToken):
            self.experience = None

    def _add_needs(self, members: FastAPI) -> None:
        @members.get("/me/needs")
        async def needs(authorization: NeededToken):
            return tagged({"items": self.needs})

        @members.put("/me/needs")
        async def say_needs(request: Request, authorization: NeededToken):
            if is_old(request, {"items": self.needs}):
                return problem(412, "me-changed")
            self.needs = (await request.json())["items"]
            return tagged({"items": self.needs})

    def _add_my_groups(self, members: FastAPI) -> None:
        @members.get("/groups")
        async def listed(authorization: NeededToken, limit: int, after: str | None = None):
            known = [it for it in self.groups.values() if it["visibility"] != "hidden" or it["id"] in self.roles]
            return {"items": known[1:] if after else known, "next": None if after else "rest"}

        @members.get("/me/requests")
        async def requests(authorization: NeededToken):
            return {"items": [{"group_id": it} for it in self.requests]}

        @members.delete("/me/requests/{group_id}", status_code=204)
        async def withdraw(group_id: str, authorization: NeededToken):
            self.requests = [it for it in self.requests if it != group_id]

        @members.delete("/me/groups/{group_id}", status_code=204)
        async def leave(group_id: str, authorization: NeededToken):
            self.roles.pop(group_id, None)

        @members.post("/invitations/acceptances", status_code=201)
        async def accept(request: Request, authorization: NeededToken):
            code = (await request.json())["code"].replace("-", "").upper()
            self.told.append(("code", code))
            if code != INVITATION:
                return problem(404, "invitation-refused", "That code does not open anything.", "Ask for a new one.")
            self.roles[WALKERS] = "member"
            return self.groups[WALKERS] | {"role": "member"}

    def _add_group(self, members: FastAPI) -> None:
        @members.get("/groups/{group_id}")
        async def group(group_id: str, authorization: NeededToken):
            found = self.groups.get(group_id)
            if found is None or (found["visibility"] == "hidden" and group_id not in self.roles):
                return problem(404, "no-such-group", "We do not know that group.", "Choose again.")
            return found

        @members.post("/groups/{group_id}/members", status_code=201)
        async def join(group_id: str, authorization: NeededToken):
            if group_id not in self.groups:
                return problem(404, "no-such-group", "We do not know that group.", "Choose again.")
            if self.groups[group_id]["visibility"] != "open":
                return problem(409, "not-open-to-all", "This group says who joins.", "Ask to join it.")
            self.roles[group_id] = "member"
            return self.groups[group_id] | {"role": "member"}

        @members.get("/groups/{group_id}/members")
        async def people(group_id: str, authorization: NeededToken):
            seven = {"member_id": MEMBER_7, "name": self.name, "role": self.roles[group_id]}
            return {"items": [seven, {"member_id": MEMBER_8, "name": "Member 8", "role": "member"}], "next": None}

        self._add_invitations(members)
        self._add_requests(members)

    def _add_invitations(self, members: FastAPI) -> None:
        @members.post("/groups/{group_id}/invitations", status_code=201)
        async def invite(group_id: str, request: Request, authorization: NeededToken):
            draft = await request.json()
            self.told.append(("invite", draft))
            if draft["role"] == "member" and not (self.roles[group_id] == "convenor" and self.strong):
                return problem(403, "convenors-only", "Only the group's convenors can do this.")
            made = an_invitation(role=draft["role"], uses_left=draft["uses"])
            self.invitations.append(made)
            return made | {"code": INVITATION, "link": f"http://testserver/join#{INVITATION}", "qr": QR}

        @members.get("/groups/{group_id}/invitations")
        async def invitations(group_id: str, authorization: NeededToken):
            return {"items": self.invitations}

        @members.delete("/groups/{group_id}/invitations/{which}", status_code=204)
        async def take_back(group_id: str, which: str, authorization: NeededToken):
            self.invitations = [it for it in self.invitations if it["id"] != which]

    def _add_requests(self, members: FastAPI) -> None:
        @members.post("/groups/{group_id}/requests", status_code=204)
        async def ask(group_id: str, authorization: NeededToken):
            self.requests = list({*self.requests, group_id})

        @members.get("/groups/{group_id}/requests")
        async def asking(group_id: str, authorization: NeededToken):
            return (
                {"items": self.asking}
                if self.strong
                else problem(403, "convenors-only", "Only the group's convenors can do this.")
            )

        @members.post("/groups/{group_id}/requests/{who}/answer", status_code=204)
        async def answer(group_id: str, who: str, request: Request, authorization: NeededToken):
            if who not in [it["member_id"] for it in self.asking]:
                return problem(404, "no-such-request", "Nobody is asking that.", "They may have taken it back.")
            self.asking = []
            self.told.append((who, await request.json()))
            return None

    def _add_motions(self, members: FastAPI) -> None:
        @members.get("/groups/{group_id}/motions")
        async def motions(group_id: str, authorization: NeededToken):
            return {"items": self.motions}

        @members.post("/groups/{group_id}/motions", status_code=201)
        async def raise_motion(group_id: str, request: Request, authorization: NeededToken):
            if self.motions:
                return problem(409, "motion-open", "The group is voting on this already.")
            draft = await request.json()
            self.motions.append(a_motion(**draft))
            return self.motions[0]

        @members.put("/groups/{group_id}/motions/{motion_id}/vote")
        async def vote(group_id: str, motion_id: str, request: Request, authorization: NeededToken):
            if self.motions[0]["state"] != "open":
                return problem(409, "motion-decided", "The voting is over.", "Look at how it ended.")
            self.motions[0]["my_vote"] = (await request.json())["yes"]
            return self.motions[0]
