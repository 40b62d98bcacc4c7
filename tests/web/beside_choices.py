"""The stand-in for members, as far as it keeps what reaches a member."""

from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import FastAPI, Header, Request

from tests.web.beside_keys import problem
from tests.web.beside_mine import is_old, tagged

NeededToken = Annotated[str, Header()]


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
class Chosen:
    """What one member decided, and the answers that came."""

    choices: dict[str, Any] = field(default_factory=some_choices)
    consents: list[dict[str, Any]] = field(default_factory=list)

    def add_choices(self, members: FastAPI) -> None:
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
