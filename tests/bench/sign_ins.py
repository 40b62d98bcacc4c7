"""Signing in with a paper card, renewing a token, and asking for a code, each over sixteen connections at once."""

import json
from statistics import median

from shared.auth import Signer
from tests.bench.figures import Figure
from tests.bench.forum import Forum
from tests.bench.http_load import load, request
from tests.bench.medians import RUNS, middle
from tests.bench.pages import speed
from tests.bench.rsvp_floor import commits_per_second

SIGNING_IN = 300
AT_ONCE = 16


def measure(forum: Forum) -> list[Figure]:
    cards = forum.cards(SIGNING_IN * RUNS)
    with_card = [_post(forum, "/sessions", {"card": card}) for card in cards]
    sessions = [forum.session(card) for card in cards[:SIGNING_IN]]
    renewing = [_post(forum, "/tokens", {"session": session}) for session in sessions]
    # Nobody has these addresses: what asking costs is the same, and no letters leave.
    vouching, asked = _vouching(forum), (f"nobody{number}@example.net" for number in range(SIGNING_IN * RUNS))
    asking = [_post(forum, "/challenges", _asked_by_web(address), vouching) for address in asked]
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


def _asked_by_web(address: str) -> dict[str, str]:
    """What web sends for somebody who is where nobody else is: the limit of a place is not what is measured."""
    return {"channel": "email", "address": address, "asker": address}


def _vouching(forum: Forum) -> dict[str, str]:
    signer = Signer("web", forum.stack.environment["WEB_SIGNING_KEY"])
    return {"Authorization": f"Bearer {signer.service_token('members', 'sign-in:vouch')}"}


def _post(forum: Forum, path: str, content: dict[str, str], headers: dict[str, str] | None = None) -> bytes:
    body = json.dumps(content).encode()
    typed = {"Content-Type": "application/json"} | (headers or {})
    return request("POST", f"/api/members{path}", forum.stack.port, typed, body)
