"""A stand-in for the services beside chat, in the shapes of their APIs."""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx2

from shared.auth import Verifier

MEMBER = "0198f000-0000-7000-8000-0000000000c7"
KNOWN = "+447700900007"
STRANGER = "+447700900999"
GAMES = "0198f000-0000-7000-8000-0000000000a1"
WALK = "0198f000-0000-7000-8000-0000000000a2"
FILM = "0198f000-0000-7000-8000-0000000000a3"
RECEIPT = "1234567890123456"
LINK = "https://forum.example.org/in#" + "a" * 32 + "." + "b" * 22


def a_question(which: str, title: str | None, starts: str) -> dict[str, Any]:
    asked_at = "2026-11-23T09:00:00+00:00"
    return {"occurrence_id": which, "title": title, "starts": starts, "all_day": False, "asked_at": asked_at}


def an_occurrence(which: str, title: str, starts: str, status: str = "scheduled") -> dict[str, Any]:
    return {"id": which, "title": title, "starts": starts, "status": status, "all_day": False}


def problem(status: int, code: str) -> httpx2.Response:
    return httpx2.Response(status, json={"type": f"urn:afterhours:{code}", "title": "No.", "detail": ""})


@dataclass
class Beside:
    """What it knows, and what it was asked."""

    trusted_keys: str
    questions: list[dict[str, Any]] = field(
        default_factory=lambda: [a_question(GAMES, "Games night", "2026-11-26T18:30:00+00:00")]
    )
    programme: list[dict[str, Any]] = field(
        default_factory=lambda: [
            an_occurrence(GAMES, "Games night", "2026-11-26T18:30:00+00:00"),
            an_occurrence(FILM, "Film night", "2026-11-27T19:00:00+00:00", "cancelled"),
            an_occurrence(WALK, "A walk in the hills", "2026-11-28T10:00:00+00:00"),
        ]
    )
    answers: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    stops: list[dict[str, Any]] = field(default_factory=list)
    starts: list[dict[str, Any]] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    done: dict[tuple[str, str], httpx2.Response] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    away: set[str] = field(default_factory=set)
    refuse: str | None = None
    waits: list[str] = field(default_factory=list)
    refuse_wait: str | None = None

    def transport(self) -> httpx2.BaseTransport:
        return httpx2.MockTransport(self._answer)

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        _, _, service, path = request.url.path.split("/", 3)
        self.calls.append(f"{request.method} {service}/{path}")
        if service in self.away:
            raise httpx2.ConnectError("away")
        if f"{service}:odd" in self.away:
            return httpx2.Response(200, text="<html>")
        if f"{service}:forbidden" in self.away:
            return problem(403, "forbidden")
        key = request.headers.get("idempotency-key")
        if key is None:
            return self._do(service, path, request)
        self.keys.append(key)
        if (path, key) not in self.done:
            self.done[path, key] = self._do(service, path, request)
        return self.done[path, key]

    def _do(self, service: str, path: str, request: httpx2.Request) -> httpx2.Response:
        body = json.loads(request.content) if request.content else {}
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        match request.method, service, path.split("/"):
            case "POST", "members", ["internal", "addresses", "identify"]:
                return self._identify(token, body)
            case _, ("members" | "notifications"), ["me", what]:
                assert token == "token-7"
                return self._mine(what, body)
            case "POST", "notifications", [("stops" | "starts") as which]:
                self._check(token, "notifications", "stops:write")
                getattr(self, which).append(body)
                return httpx2.Response(204)
            case "GET", "events", ["occurrences"]:
                assert not token
                return httpx2.Response(200, json={"items": self.programme, "next": None})
            case "PUT", "events", ["occurrences", which, what]:
                return self._rsvp(which, token, body) if what == "rsvp" else self._wait(which, token)
            case "POST", "feedback", ["remarks"]:
                return self._remark(token, body)
        raise AssertionError(path)

    def _mine(self, what: str, body: dict[str, Any]) -> httpx2.Response:
        if what in ("choices", "consents"):
            self.changes += [body] if body else []
            refused = body and self.refuse == "change"
            return problem(422, "invalid") if refused else httpx2.Response(200, json={"wording": "2026-11"})
        if what == "questions":
            return httpx2.Response(200, json={"items": self.questions})
        assert what == "sign-in-links"
        return problem(409, self.refuse) if self.refuse else httpx2.Response(201, json={"link": LINK})

    def _check(self, token: str, audience: str, scope: str) -> None:
        caller = Verifier(audience, self.trusted_keys).caller(token)
        assert (caller.issuer, caller.scope) == ("chat", scope)

    def _identify(self, token: str, body: dict[str, Any]) -> httpx2.Response:
        self._check(token, "members", "vault:identify")
        number = body["address"]
        assert body["channel"] == "sms"
        if not number.startswith("+"):
            return problem(422, "invalid")
        known = number == KNOWN
        found = {"index": f"index-of-{number[-3:]}"}
        more = {"member_id": MEMBER, "token": "token-7"} if known else {"member_id": None, "token": None}
        return httpx2.Response(200, json=found | more)

    def _rsvp(self, which: str, token: str, body: dict[str, Any]) -> httpx2.Response:
        assert token == "token-7"
        if self.refuse == "not-found":
            return problem(404, "not-found")
        if self.refuse == "members-only":
            return problem(403, self.refuse)
        if self.refuse:
            return problem(409, self.refuse)
        self.answers[which] = body["answer"]
        return httpx2.Response(200, json={"occurrence_id": which, "answer": body["answer"]})

    def _wait(self, which: str, token: str) -> httpx2.Response:
        assert token == "token-7"
        if self.refuse_wait:
            return problem(409, self.refuse_wait)
        self.waits.append(which)
        return httpx2.Response(200, json={"occurrence_id": which})

    def _remark(self, token: str, body: dict[str, Any]) -> httpx2.Response:
        assert not token
        if self.refuse == "remark":
            return problem(422, "invalid")
        self.remarks.append(body["text"])
        return httpx2.Response(201, json={"receipt": RECEIPT})
