"""Small stand-ins for the services beside the pages, in the shapes of their APIs."""

from dataclasses import dataclass, field
from typing import Annotated, Any

import httpx2
from fastapi import FastAPI, Header, Request
from fastapi.responses import JSONResponse, PlainTextResponse

from shared.export_file import EXPORTED
from tests.web.beside_keys import SecondKeys, problem
from tests.web.beside_mine import MEMBER_7, Mine, is_old, tagged
from tests.web.beside_record import Record

Token = Annotated[str | None, Header()]
NeededToken = Annotated[str, Header()]

FORUM = {"id": "0198f000-0000-7000-8000-000000000001", "slug": "forum", "name": "Service User Forum"}
VOICES = {"id": "0198f000-0000-7000-8000-000000000002", "slug": "voices", "name": "Women's Voices"}
GAMES = "0198f000-0000-7000-8000-0000000000a1"
WALK = "0198f000-0000-7000-8000-0000000000a2"
FILM = "0198f000-0000-7000-8000-0000000000a3"
HIDDEN = "0198f000-0000-7000-8000-0000000000a4"
LINK = "good-link"
CHALLENGE = "0198f000-0000-4000-8000-0000000000d1"
OTHER_SESSION = "0198f000-0000-7000-8000-0000000000d2"
STARTED = "2026-11-22T10:00:00+00:00"
CODE, TOKEN = "012345", "t" * 22
CARD, WORDS = "c" * 22, "river apple stone 123456"
RECEIPT = "1234567890123456"


def an_occurrence(which: str, title: str, starts: str, ends: str, **more: Any) -> dict[str, Any]:
    facts = {
        "id": which,
        "activity_id": "0198f000-0000-7000-8000-0000000000b1",
        "group": FORUM,
        "title": title,
        "summary": None,
        "starts": starts,
        "ends": ends,
        "timezone": "Europe/London",
        "all_day": False,
        "place": "The Hub",
        "status": "scheduled",
        "capacity": None,
        "going": 0,
        "places_left": None,
    }
    return facts | more


def a_programme() -> list[dict[str, Any]]:
    return [
        an_occurrence(
            GAMES,
            "Games night",
            "2026-11-26T18:30:00+00:00",
            "2026-11-26T20:30:00+00:00",
            summary="Cards, chess and tea.\nBring a friend.",
            capacity=12,
            going=9,
            places_left=3,
        ),
        an_occurrence(
            FILM,
            "Film night",
            "2026-11-26T19:00:00+00:00",
            "2026-11-26T21:00:00+00:00",
            status="cancelled",
            group=VOICES,
        ),
        an_occurrence(
            WALK,
            "A walk in the hills",
            "2026-11-28T00:00:00+00:00",
            "2026-11-29T00:00:00+00:00",
            all_day=True,
            place=None,
        ),
    ]


def _add_export(app: FastAPI, service: str) -> None:
    @app.get("/me/export")
    async def export(authorization: NeededToken):
        rows = [{"What": f"what {service} holds of {authorization}"}]
        return {"service": service, "parts": [{"heading": f"In {service}", "rows": rows}]}


def some_choices() -> dict[str, Any]:
    return {
        "channels": ["sms", "email"],
        "consents": {"joined": ["sms"], "forum": [], "ask": [], "account": ["sms"]},
        "wording": "2026-11",
        "quiet_from": "21:00:00",
        "quiet_until": "09:00:00",
        "paused_until": None,
        "asks_a_month": 2,
        "interests": ["films"],
        "interests_offered": ["games", "films", "hill walks"],
        "languages": ["en"],
    }


@dataclass
class Beside:
    """What the stand-ins know, and what they were asked."""

    programme: list[dict[str, Any]] = field(default_factory=a_programme)
    hidden: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    waiting: dict[str, str | None] = field(default_factory=dict)
    sessions: set[str] = field(default_factory=set)
    remarks: dict[str, str] = field(default_factory=dict)
    choices: dict[str, Any] = field(default_factory=some_choices)
    mine: Mine = field(default_factory=Mine)
    consents: list[dict[str, Any]] = field(default_factory=list)
    said: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    asked_for: list[dict[str, Any]] = field(default_factory=list)
    shown: list[dict[str, Any]] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    away: set[str] = field(default_factory=set)
    second: SecondKeys = field(default_factory=SecondKeys)
    record: Record = field(default_factory=Record)
    refuse_rsvp: str | None = None
    expires_in: int = 600
    max_age: int | None = 1
    reply: str | None = None

    def app(self) -> FastAPI:
        app = FastAPI()
        services = {
            "events": self._events(),
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

    def _list(self, token: str | None) -> list[dict[str, Any]]:
        return self.programme + (self.hidden if token else [])

    def _headers(self, token: str | None) -> dict[str, str]:
        if token:
            return {"Cache-Control": "private, no-store"}
        return {} if self.max_age is None else {"Cache-Control": f"public, max-age={self.max_age}"}

    def _events(self) -> FastAPI:
        events = FastAPI()

        @events.get("/occurrences")
        async def occurrences(
            limit: int, group: str | None = None, after: str | None = None, authorization: Token = None
        ):
            self.asked.append("occurrences")
            if group == "nobody":
                return problem(404, "not-found")
            if after == "bad":
                return problem(422, "invalid")
            items = [each for each in self._list(authorization) if group in (None, each["group"]["slug"])]
            rest = items[2:] if after == "two" else items
            page = {"items": rest[:limit], "next": "two" if len(rest) > limit else None}
            return JSONResponse(page, headers=self._headers(authorization))

        @events.get("/occurrences/{which}")
        async def occurrence(which: str, authorization: Token = None):
            found = [each for each in self._list(authorization) if each["id"] == which]
            if not found:
                return problem(404, "not-found")
            return JSONResponse(found[0], headers=self._headers(authorization))

        @events.get("/occurrences/{which}/calendar.ics")
        async def calendar(which: str, authorization: Token = None):
            found = [each for each in self._list(authorization) if each["id"] == which]
            return PlainTextResponse(f"calendar of {which}") if found else problem(404, "not-found")

        self._add_answers(events)
        return events

    def _add_answers(self, events: FastAPI) -> None:
        @events.put("/occurrences/{which}/rsvp")
        async def rsvp(which: str, request: Request, authorization: NeededToken):
            if self.refuse_rsvp == "401":
                return problem(401, "unauthenticated")
            if self.refuse_rsvp == "422":
                return problem(422, "invalid")
            if self.refuse_rsvp:
                return problem(403 if self.refuse_rsvp == "members-only" else 409, self.refuse_rsvp)
            answer = (await request.json())["answer"]
            self.answers[which] = answer
            self.waiting.pop(which, None)
            return {"occurrence_id": which, "answer": answer}

        @events.get("/me/rsvps")
        async def rsvps(authorization: NeededToken):
            items = [{"occurrence_id": which, "answer": answer} for which, answer in self.answers.items()]
            waiting = [
                {"occurrence_id": which, "offered_until": until, "words": "You are number 1 in the line."}
                for which, until in self.waiting.items()
            ]
            return {"items": items, "waiting": waiting}

        @events.put("/occurrences/{which}/waiting")
        async def wait(which: str, authorization: NeededToken):
            self.waiting[which] = None
            return {"occurrence_id": which, "offered_until": None, "words": "You are number 1 in the line."}

        @events.delete("/occurrences/{which}/waiting", status_code=204)
        async def leave(which: str, authorization: NeededToken):
            self.waiting.pop(which, None)

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

        self._add_choices(members)
        self.second.add_to(members, self._begun)
        self.record.add_to(members)

        @members.get("/me/sessions")
        async def sessions(authorization: NeededToken):
            facts = {"how": "code", "created_at": STARTED, "last_seen_at": STARTED}
            here = {"id": CHALLENGE, "own_device": True, "this_one": True, "strong": self.second.strong} | facts
            there = {"id": OTHER_SESSION, "own_device": False, "this_one": False, "strong": False} | facts
            return {"items": [here, there]}

        @members.delete("/me/sessions/{which}", status_code=204)
        async def end_one(which: str, authorization: NeededToken):
            self.ended.append(which)

        @members.delete("/me/sessions", status_code=204)
        async def end_others(authorization: NeededToken):
            self.ended.append("others")

    def _add_choices(self, members: FastAPI) -> None:
        @members.get("/me/choices")
        async def choices(authorization: NeededToken):
            return tagged(self.choices)

        @members.patch("/me/choices")
        async def change(request: Request, authorization: NeededToken):
            edit = await request.json()
            if is_old(request, self.choices):
                return problem(412, "me-changed")
            if edit.get("asks_a_month") == "99":
                return problem(422, "invalid")
            self.choices |= edit
            return self.choices

        @members.put("/me/consents")
        async def consents(request: Request, authorization: NeededToken):
            self.consents.append(await request.json())
            return self.choices

        @members.get("/wordings/2026-11")
        async def wording():
            return {"version": "2026-11", "words": {it: f"Words about {it}." for it in self.choices["consents"]}}

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
