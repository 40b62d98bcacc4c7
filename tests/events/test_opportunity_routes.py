"""An opportunity over HTTP, from the first draft to the record that anybody can draw again."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from services.events.draw_record import DrawRecord
from services.events.models import Group
from shared.contracts.members import Duty
from shared.testing.keys import Keyring
from tests.conftest import Clock
from tests.events.builders import given_member
from tests.events.opportunity_builders import FACTS

Headers = dict[str, str]
WORKER_ID = uuid4()


@pytest.fixture
def worker(keys: Keyring) -> Headers:
    token = keys.signer("members").member_token(WORKER_ID, {}, {Duty.WORKER})
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def draft(forum: Group, clock: Clock) -> dict[str, Any]:
    """What a worker sends."""
    return {
        "title": "A panel for a traineeship",
        "groups": [str(forum.id)],
        "closes_at": (clock.at + timedelta(days=7)).isoformat(),
        "draws_at": (clock.at + timedelta(days=8)).isoformat(),
        "facts": FACTS | {"quotas": [{"trait": "gender", "value": "woman", "least": 1}]},
    }


def ok(answer: Any) -> Any:
    assert answer.is_success, answer.text
    return answer.json() if answer.content else None


def test_a_panel_is_asked_for_drawn_and_drawn_again(
    *,
    client: TestClient,
    session: Session,
    forum: Group,
    clock: Clock,
    worker: Headers,
    draft: dict[str, Any],
    as_member: Callable[[UUID], Headers],
):
    people = [as_member(given_member(session, forum)) for _ in range(4)]
    session.commit()
    path = f"/opportunities/{ok(client.post('/opportunities', json=draft, headers=worker))['id']}"
    assert client.get(path, headers=people[0]).status_code == 404
    ok(client.post(f"{path}/publication", headers=worker))
    (shown,) = ok(client.get("/opportunities", headers=people[0]))["items"]
    yes = {"reply": "yes", "adviser_shown": True, "consent": shown["consent"]}
    for number, who in enumerate(people):
        stated = {"gender": "woman" if number == 0 else "man"}
        ok(client.put(f"{path}/reply", json=yes | {"stated": stated}, headers=who))
    odds = ok(client.get(f"{path}/odds", headers=people[0]))
    by_number = {each["number"]: each for each in odds["chances"]}
    assert by_number[odds["yours"]] == {"number": odds["yours"], "exactly": "1", "in_words": "certain"}
    assert sorted(each["exactly"] for each in odds["chances"]) == ["1", "1/3", "1/3", "1/3"]
    clock.go_on(days=7)
    for _ in range(2):
        ok(client.post(f"{path}/draw", headers=worker))
    answer = client.get(f"{path}/draw", headers=people[0])
    assert answer.headers["Cache-Control"] == "private, no-store"
    record = DrawRecord.model_validate_json(answer.text)
    assert record.differences() == []
    assert record.seed_digest == shown["seed_digest"]
    assert ok(client.get(f"{path}/receipt", headers=people[0]))["number"] in record.panel
    assert len(ok(client.get(f"{path}/people", headers=worker))["items"]) == 2
    assert client.delete(f"{path}/reply", headers=people[0]).status_code == 204
    assert ok(client.get(f"{path}/reply", headers=people[0]))["reply"] == "no"


def test_a_problem_names_every_missing_fact_and_an_old_view_changes_nothing(
    client: TestClient, worker: Headers, draft: dict[str, Any]
):
    facts = {"why": "We choose the next trainees."}
    made = client.post("/opportunities", json=draft | {"facts": facts}, headers=worker)
    path = f"/opportunities/{made.json()['id']}"
    refused = client.post(f"{path}/publication", headers=worker)
    assert refused.status_code == 422
    assert len(refused.json()["missing"]) == 11
    old = {"If-Match": made.headers["ETag"]}
    ok(client.patch(path, json={"facts": {"power": "A score each."}}, headers=worker | old))
    assert client.patch(path, json={"title": "Another"}, headers=worker | old).status_code == 412


@pytest.mark.parametrize(
    "facts",
    [
        {"places": 7},
        {"rung": "coercion"},
        {"pay_pence": -1},
        {"quotas": [{"trait": "gender", "value": "woman", "least": 2, "most": 1}]},
        {"quotas": [{"trait": "gender", "value": "neither"}]},
        {"traits": {"gender": []}},
        {"entitlement": "£5"},
    ],
)
def test_facts_that_cannot_be_are_refused(
    client: TestClient, worker: Headers, draft: dict[str, Any], facts: dict[str, Any]
):
    answer = client.post("/opportunities", json=draft | {"facts": FACTS | facts}, headers=worker)
    assert answer.status_code == 422
