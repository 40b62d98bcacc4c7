"""Signing in with a paper card, renewing a token, and asking for a code, each over sixteen connections at once."""

import json
from collections.abc import Iterable
from statistics import median

import httpx2

from tests.bench.figures import Figure
from tests.bench.forum import Forum
from tests.bench.http_load import HOST, load, request
from tests.bench.medians import RUNS, middle
from tests.bench.pages import speed
from tests.bench.rsvp_floor import commits_per_second

SIGNING_IN = 300
AT_ONCE = 16


def measure(forum: Forum) -> list[Figure]:
    cards = _cards(forum)
    with_card = [_post(forum, "/sessions", {"card": card}) for card in cards]
    sessions = [_begin(forum, card) for card in cards[:SIGNING_IN]]
    renewing = [_post(forum, "/tokens", {"session": session}) for session in sessions]
    # Nobody has these addresses: what asking costs is the same, and no letters leave.
    asked = (f"nobody{number}@example.net" for number in range(SIGNING_IN * RUNS))
    asking = [_post(forum, "/challenges", {"channel": "email", "address": address}) for address in asked]
    return [
        *_speed(forum, "Sign-in with a card", with_card, 201),
        *_speed(forum, "Renewal of a token", renewing * RUNS, 200),
        *_speed(forum, "Asking for a code", asking, 201),
    ]


def _speed(forum: Forum, name: str, requests: list[bytes], status: int) -> list[Figure]:
    """The floor is how many transactions of two rows PostgreSQL commits."""
    runs = [requests[run * SIGNING_IN : (run + 1) * SIGNING_IN] for run in range(RUNS)]
    answers, floors = [], []
    for run in runs:
        answers.append(load(forum.stack.port, run, AT_ONCE, once=True).require(status))
        floors.append(commits_per_second(forum.stack.database("members"), AT_ONCE))
    return speed(f"{name}, {AT_ONCE} at once", middle(answers), median(floors))


def _cards(forum: Forum) -> list[str]:
    """A new card for each of the first members; the secret in its QR code."""
    tokens = forum.stack.member_tokens(forum.members[: SIGNING_IN * RUNS])
    return [link.partition("#card.")[2] for link in _issued(forum, tokens)]


def _issued(forum: Forum, tokens: Iterable[str]) -> Iterable[str]:
    with httpx2.Client(base_url=f"http://{HOST}:{forum.stack.port}/api/members") as client:
        for token in tokens:
            answer = client.post("/me/cards", headers={"Authorization": f"Bearer {token}"}).raise_for_status()
            yield answer.json()["link"]


def _begin(forum: Forum, card: str) -> str:
    url = f"http://{HOST}:{forum.stack.port}/api/members/sessions"
    session: str = httpx2.post(url, json={"card": card}).raise_for_status().json()["session"]
    return session


def _post(forum: Forum, path: str, content: dict[str, str]) -> bytes:
    body = json.dumps(content).encode()
    return request("POST", f"/api/members{path}", forum.stack.port, {"Content-Type": "application/json"}, body)
