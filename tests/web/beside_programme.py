"""The stand-in for events: what is on, and who is coming."""

from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import FastAPI, Header, Request
from fastapi.responses import JSONResponse, PlainTextResponse

from tests.web.beside_keys import problem

Token = Annotated[str | None, Header()]
NeededToken = Annotated[str, Header()]

FORUM = {"id": "0198f000-0000-7000-8000-000000000001", "slug": "forum", "name": "Service User Forum"}
VOICES = {"id": "0198f000-0000-7000-8000-000000000002", "slug": "voices", "name": "Women's Voices"}
GAMES = "0198f000-0000-7000-8000-0000000000a1"
WALK = "0198f000-0000-7000-8000-0000000000a2"
FILM = "0198f000-0000-7000-8000-0000000000a3"
HIDDEN = "0198f000-0000-7000-8000-0000000000a4"


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


@dataclass
class Programme:
    """What it knows, and what it was asked."""

    programme: list[dict[str, Any]] = field(default_factory=a_programme)
    hidden: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    said_with: dict[str, dict[str, Any]] = field(default_factory=dict)
    waiting: dict[str, str | None] = field(default_factory=dict)
    feed: dict[str, Any] | None = None
    names: list[str] = field(default_factory=list)
    hosting: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    refuse_rsvp: str | None = None
    max_age: int | None = 1

    def _list(self, token: str | None) -> list[dict[str, Any]]:
        return self.programme + (self.hidden if token else [])

    def _headers(self, token: str | None) -> dict[str, str]:
        if token:
            return {"Cache-Control": "private, no-store"}
        return {} if self.max_age is None else {"Cache-Control": f"public, max-age={self.max_age}"}

    def events(self) -> FastAPI:
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
        self._add_calendar_feed(events)
        return events

    def _add_calendar_feed(self, events: FastAPI) -> None:
        @events.get("/me/calendar-feed")
        async def feed(authorization: NeededToken):
            return self.feed or problem(404, "no-such-feed")

        @events.post("/me/calendar-feed", status_code=201)
        async def make_feed(request: Request, authorization: NeededToken):
            self.feed = {"made_at": "2026-11-23T10:30:00Z"} | await request.json()
            return {"path": "/feeds/secret.ics"}

        @events.delete("/me/calendar-feed", status_code=204)
        async def end_feed(authorization: NeededToken):
            self.feed = None

    def _add_hosting(self, events: FastAPI) -> None:
        @events.get("/me/hosting")
        async def hosting(authorization: NeededToken):
            return {"items": self.hosting, "on_call": []}

        @events.put("/activities/{which}/hosting", status_code=204)
        async def agree(which: str, authorization: NeededToken):
            if not self.hosting:
                return problem(409, "not-asked-to-host")
            self.hosting[0]["agreed"] = True
            return None

        @events.delete("/activities/{which}/hosting", status_code=204)
        async def stop(which: str, authorization: NeededToken):
            self.hosting.clear()

    def _add_answers(self, events: FastAPI) -> None:
        @events.put("/occurrences/{which}/rsvp")
        async def rsvp(which: str, request: Request, authorization: NeededToken):
            if self.refuse_rsvp == "401":
                return problem(401, "unauthenticated")
            if self.refuse_rsvp == "422":
                return problem(422, "invalid")
            if self.refuse_rsvp:
                return problem(403 if self.refuse_rsvp == "members-only" else 409, self.refuse_rsvp)
            said = await request.json()
            self.answers[which] = answer = said.pop("answer")
            self.said_with[which] = said
            self.waiting.pop(which, None)
            return {"occurrence_id": which, "answer": answer}

        @events.get("/me/rsvps")
        async def rsvps(authorization: NeededToken):
            items = [
                {"occurrence_id": which, "answer": answer} | self.said_with.get(which, {})
                for which, answer in self.answers.items()
            ]
            waiting = [
                {"occurrence_id": which, "offered_until": until, "words": "You are number 1 in the line."}
                for which, until in self.waiting.items()
            ]
            return {"items": items, "waiting": waiting}

        self._add_hosting(events)

        @events.get("/occurrences/{which}/coming")
        async def coming(which: str, authorization: NeededToken):
            return {"going": 1, "came": None, "names": self.names}

        @events.put("/occurrences/{which}/waiting")
        async def wait(which: str, request: Request, authorization: NeededToken):
            self.waiting[which] = None
            self.said_with[which] = await request.json()
            return {"occurrence_id": which, "offered_until": None, "words": "You are number 1 in the line."}

        @events.delete("/occurrences/{which}/waiting", status_code=204)
        async def leave(which: str, authorization: NeededToken):
            self.waiting.pop(which, None)
