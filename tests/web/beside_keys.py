"""Second keys, as members answers about them, in their smallest form."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import FastAPI, Header, Request
from fastapi.responses import JSONResponse, Response

NeededToken = Annotated[str, Header()]

WORK_SECRET = "w" * 43
APP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
DIGITS = "204118"
PASSKEY = "0198f000-0000-7000-8000-0000000000e1"
CEREMONY = "0198f000-0000-4000-8000-0000000000e2"
SINCE = "2026-11-20T10:00:00+00:00"
ASKED = {"ceremony": CEREMONY, "options": {"challenge": "AQID", "rpId": "forum.example.org", "note": "\"'<&>"}}


def problem(status: int, code: str, title: str = "No.", detail: str = "") -> JSONResponse:
    return JSONResponse({"type": f"urn:afterhours:{code}", "title": title, "status": status, "detail": detail}, status)


@dataclass
class SecondKeys:
    """What one member has. `long_ago`: one was shown, and not just now. `refuse` is what members says to whatever is done next."""

    app: bool = False
    passkeys: list[str] = field(default_factory=list)
    strong: bool = False
    long_ago: bool = False
    refuse: tuple[int, str, str] | None = None
    used: set[str] = field(default_factory=set)
    answers: list[dict[str, Any]] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    def add_to(self, members: FastAPI, begun: Callable[..., dict[str, Any]]) -> None:
        self._add_reading(members)
        self._add_app(members)
        self._add_passkeys(members)
        self._add_ways_in(members, begun)

    def _refusal(self, what: str) -> Response | None:
        self.done.append(what)
        if self.refuse is None:
            return None
        status, code, title = self.refuse
        return problem(status, code, title, "Do this next.")

    def _shown(self, digits: str) -> Response | None:
        if digits != DIGITS or digits in self.used:
            return problem(401, "digits-refused", "Those digits were not accepted.", "Wait for new digits.")
        self.used.add(digits)
        self.strong = True
        return None

    def _add_reading(self, members: FastAPI) -> None:
        @members.get("/me/second-factors")
        async def mine(authorization: NeededToken):
            keys = [{"id": each, "added_at": SINCE, "last_used_at": SINCE} for each in self.passkeys]
            return {"passkeys": keys, "authenticator_since": SINCE if self.app else None}

    def _add_app(self, members: FastAPI) -> None:
        @members.post("/me/authenticator", status_code=201)
        async def begin(authorization: NeededToken):
            return self._refusal("begin app") or {"secret": APP_SECRET, "uri": f"otpauth://totp/7?secret={APP_SECRET}"}

        @members.put("/me/authenticator")
        async def confirm(request: Request, authorization: NeededToken):
            refused = self._refusal("confirm app") or self._shown((await request.json())["digits"])
            self.app = self.app or refused is None
            return refused or {}

        @members.post("/sessions/strength/authenticator")
        async def show(request: Request, authorization: NeededToken):
            return self._refusal("show digits") or self._shown((await request.json())["digits"]) or {}

        @members.delete("/me/authenticator")
        async def remove(authorization: NeededToken):
            return self._refusal("remove app") or Response(status_code=204)

    def _add_passkeys(self, members: FastAPI) -> None:
        @members.post("/me/passkeys/options", status_code=201)
        async def begin(authorization: NeededToken):
            return self._refusal("begin passkey") or ASKED

        @members.post("/me/passkeys", status_code=201)
        async def add(request: Request, authorization: NeededToken):
            self.answers.append(await request.json())
            return self._refusal("add passkey") or {"id": PASSKEY, "added_at": SINCE, "last_used_at": None}

        @members.delete("/me/passkeys/{which}")
        async def remove(which: str, authorization: NeededToken):
            if which not in self.passkeys:
                return problem(404, "not-found")
            return self._refusal(f"remove {which}") or Response(status_code=204)

        @members.post("/sessions/strength/passkey/options", status_code=201)
        async def ask(authorization: NeededToken):
            return self._refusal("ask for passkey") or ASKED

        @members.post("/sessions/strength/passkey")
        async def show(request: Request, authorization: NeededToken):
            self.answers.append(await request.json())
            return self._refusal("show passkey") or {}

    def _add_ways_in(self, members: FastAPI, begun: Callable[..., dict[str, Any]]) -> None:
        @members.post("/sessions/passkey/options", status_code=201)
        async def ask_anybody():
            return ASKED

        @members.post("/sessions/passkey", status_code=201)
        async def come_in(request: Request):
            self.answers.append(await request.json())
            return self._refusal("come in") or begun(own_device=self.answers[-1]["own_device"])

        @members.post("/sessions/enrolment", status_code=201)
        async def begin_work(request: Request):
            shown = await request.json()
            if shown["secret"] != WORK_SECRET or WORK_SECRET in self.used:
                return problem(401, "sign-in-refused")
            self.used.add(WORK_SECRET)
            return begun(own_device=shown["own_device"])
