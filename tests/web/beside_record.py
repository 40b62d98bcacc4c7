"""A member's own record, as members answers about it, in its smallest form."""

from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import FastAPI, Header, Request
from fastapi.responses import JSONResponse, Response

from tests.web.beside_keys import SINCE, problem

NeededToken = Annotated[str, Header()]

PHONE = "0198f000-0000-7000-8000-0000000000f1"
CLAIM = {"challenge": "0198f000-0000-4000-8000-0000000000f2", "browser": "browser-8"}
CLAIM_CODE = "204118"
NEW_CARD = {"id": PHONE, "link": "http://testserver/in#card.q8Zr2NnYtKc4", "words": "apple garden river 204118"}


def an_address(**more: Any) -> dict[str, Any]:
    facts = {"id": PHONE, "channel": "sms", "state": "active", "hint": "ends in 07", "added_at": SINCE}
    return facts | {"confirmed_at": SINCE, "confidence": 1.0, "needs_confirming": False} | more


@dataclass
class Record:
    """What is held of one member. `stale`: they came in too long ago to change it; `ended`: they are not in."""

    addresses: list[dict[str, Any]] = field(default_factory=lambda: [an_address()])
    cards: list[dict[str, Any]] = field(default_factory=list)
    looks: list[str] = field(default_factory=list)
    claimed: list[dict[str, Any]] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    stale: bool = False
    ended: bool = False

    def add_to(self, members: FastAPI) -> None:
        self._add_addresses(members)
        self._add_cards(members)
        self._add_looks(members)

    def _do(self, what: str, answer: Any = None) -> Response:
        if self.ended:
            return problem(401, "unauthenticated")
        if self.stale:
            return problem(403, "sign-in-again", "Please sign in again first.", "Then try once more.")
        self.done.append(what)
        return Response(status_code=204) if answer is None else JSONResponse(answer, 201)

    def _add_addresses(self, members: FastAPI) -> None:
        @members.get("/me/addresses")
        async def addresses(authorization: NeededToken):
            return {"items": self.addresses}

        @members.post("/me/addresses", status_code=201)
        async def claim(request: Request, authorization: NeededToken):
            draft = await request.json()
            if "7700" not in draft["address"] and "@" not in draft["address"]:
                return problem(422, "unusable-address", "Nothing can be sent there.", "Write it with its country.")
            self.claimed.append(draft)
            return self._do("claim", CLAIM)

        @members.post("/me/addresses/confirmations")
        async def confirm(request: Request, authorization: NeededToken):
            if await request.json() != CLAIM | {"code": CLAIM_CODE}:
                return problem(422, "code-refused", "That code does not work.", "Ask for a new one.")
            return self._do("confirm")

        @members.delete("/me/addresses/{which}")
        async def remove(which: str, authorization: NeededToken):
            return self._do(f"remove {which}")

    def _add_cards(self, members: FastAPI) -> None:
        @members.get("/me/cards")
        async def cards(authorization: NeededToken):
            return {"items": self.cards}

        @members.post("/me/cards", status_code=201)
        async def make(authorization: NeededToken):
            return self._do("make card", NEW_CARD)

        @members.delete("/me/cards")
        async def end(authorization: NeededToken):
            return self._do("end cards")

    def _add_looks(self, members: FastAPI) -> None:
        @members.get("/me/audit")
        async def audit(authorization: NeededToken, after: str | None = None):
            if after == "bad":
                return problem(422, "invalid")
            some = self.looks[2:] if after else self.looks[:2]
            items = [{"at": SINCE, "text": text} for text in some]
            return {"items": items, "next": None if after or len(self.looks) < 3 else "two&more"}

        @members.delete("/me")
        async def erase(authorization: NeededToken, *, confirm: bool = False):
            return self._do("erase") if confirm else problem(422, "not-confirmed")
