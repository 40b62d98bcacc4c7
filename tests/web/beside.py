"""Small stand-ins for the services beside the pages, in the shapes of their APIs."""

from dataclasses import dataclass, field
from typing import Annotated, Any

import httpx2
from fastapi import FastAPI, Header, Request

from shared.export_file import EXPORTED
from tests.web.beside_choices import Chosen
from tests.web.beside_keys import SecondKeys, problem
from tests.web.beside_mine import MEMBER_7, Mine
from tests.web.beside_programme import Programme
from tests.web.beside_record import Record

Token = Annotated[str | None, Header()]
NeededToken = Annotated[str, Header()]

LINK = "good-link"
CHALLENGE = "0198f000-0000-4000-8000-0000000000d1"
OTHER_SESSION = "0198f000-0000-7000-8000-0000000000d2"
STARTED = "2026-11-22T10:00:00+00:00"
CODE, TOKEN = "012345", "t" * 22
CARD, WORDS = "c" * 22, "river apple stone 123456"
RECEIPT = "1234567890123456"


def _add_export(app: FastAPI, service: str) -> None:
    @app.get("/me/export")
    async def export(authorization: NeededToken):
        rows = [{"What": f"what {service} holds of {authorization}"}]
        return {"service": service, "parts": [{"heading": f"In {service}", "rows": rows}]}


@dataclass
class Beside(Programme, Chosen):
    """What the stand-ins know, and what they were asked."""

    sessions: set[str] = field(default_factory=set)
    remarks: dict[str, str] = field(default_factory=dict)
    mine: Mine = field(default_factory=Mine)
    said: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    asked_for: list[dict[str, Any]] = field(default_factory=list)
    shown: list[dict[str, Any]] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    away: set[str] = field(default_factory=set)
    second: SecondKeys = field(default_factory=SecondKeys)
    record: Record = field(default_factory=Record)
    expires_in: int = 600
    reply: str | None = None

    def app(self) -> FastAPI:
        app = FastAPI()
        services = {
            "events": self.events(),
            "members": self._members(),
            "feedback": self._feedback(),
            "notifications": FastAPI(),
        }
        for name, service in services.items():
            app.mount(f"/api/{name}", service)
        for name in EXPORTED:
            _add_export(services[name], name)
        return app

    def transport(self) -> httpx2.AsyncBaseTransport:
        return _Transport(self)

    def _signed_in(self, *, own_device: bool = True) -> dict[str, Any]:
        member = {"id": MEMBER_7, "name": self.mine.name, "groups": []}
        return {"token": "token-7", "expires_in": self.expires_in, "own_device": own_device, "member": member}

    def _begun(self, *, own_device: bool) -> dict[str, Any]:
        secret = f"secret-{len(self.sessions)}"
        self.sessions.add(secret)
        return {"session": secret} | self._signed_in(own_device=own_device)

    def _lets_in(self, shown: dict[str, Any]) -> bool:
        known = (
            {"link": LINK},
            {"card": CARD},
            {"words": WORDS},
            {"challenge": CHALLENGE.replace("-", ""), "token": TOKEN},
        )
        by_code = {"challenge": CHALLENGE, "browser": "browser-7", "code": CODE}
        return any(way.items() <= shown.items() for way in (*known, by_code))

    def _members(self) -> FastAPI:
        members = FastAPI()
        self._add_sign_in(members)
        self.mine.add_to(members)

        @members.post("/sessions", status_code=201)
        async def open_session(request: Request):
            self.asked.append("sessions")
            shown = await request.json()
            self.shown.append(shown)
            if not self._lets_in(shown):
                return problem(401, "sign-in-refused")
            if shown.get("lost_phone"):
                self.sessions.clear()
            return self._begun(own_device=shown["own_device"])

        @members.post("/tokens")
        async def tokens(request: Request):
            self.asked.append("tokens")
            if (await request.json())["session"] not in self.sessions:
                return problem(401, "unauthenticated")
            return self._signed_in()

        @members.delete("/sessions", status_code=204)
        async def end_session(request: Request):
            self.asked.append("end")
            session = (await request.json())["session"]
            if session not in self.sessions:
                return problem(404, "not-found")
            self.sessions.remove(session)
            return None

        return members

    def _add_sign_in(self, members: FastAPI) -> None:
        @members.post("/challenges", status_code=201)
        async def ask_for_code(request: Request, authorization: NeededToken):
            self.asked_for.append(await request.json())
            return {"challenge": CHALLENGE, "browser": "browser-7"}

        self.add_choices(members)
        self.second.add_to(members, self._begun)
        self.record.add_to(members)

        @members.get("/me/sessions")
        async def sessions(authorization: NeededToken):
            facts = {"how": "code", "created_at": STARTED, "last_seen_at": STARTED}
            shown = {"strong": self.second.strong, "just_shown": self.second.strong and not self.second.long_ago}
            here = {"id": CHALLENGE, "own_device": True, "this_one": True} | shown | facts
            never = {"strong": False, "just_shown": False}
            there = {"id": OTHER_SESSION, "own_device": False, "this_one": False} | never | facts
            return {"items": [here, there]}

        @members.delete("/me/sessions/{which}", status_code=204)
        async def end_one(which: str, authorization: NeededToken):
            self.ended.append(which)

        @members.delete("/me/sessions", status_code=204)
        async def end_others(authorization: NeededToken):
            self.ended.append("others")

    def _feedback(self) -> FastAPI:
        feedback = FastAPI()

        @feedback.post("/remarks", status_code=201)
        async def make(request: Request, idempotency_key: Token = None):
            self.keys.append(idempotency_key)
            assert "authorization" not in request.headers
            self.said.append(await request.json())
            self.remarks[RECEIPT] = self.said[-1]["text"]
            return {"receipt": RECEIPT}

        @feedback.post("/remarks/lookup")
        async def lookup(request: Request):
            receipt = (await request.json())["receipt"]
            if receipt not in self.remarks:
                return problem(404, "no-such-receipt")
            return {"text": self.remarks[receipt], "mood": None, "day": "2026-11-23", "answer": self.reply}

        return feedback


class _Transport(httpx2.AsyncBaseTransport):
    def __init__(self, beside: Beside) -> None:
        self._beside = beside
        self._inner = httpx2.ASGITransport(beside.app())

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        service = request.url.path.split("/")[2]
        if service in self._beside.away:
            raise httpx2.ConnectError("away")
        if f"{service}:odd" in self._beside.away:
            return httpx2.Response(200, text="<html>not the service</html>")
        if f"{service}:broken" in self._beside.away:
            return httpx2.Response(500, text="boom")
        return await self._inner.handle_async_request(request)
