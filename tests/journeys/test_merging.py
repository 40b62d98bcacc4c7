"""A worker finds that two records are of one person, and joins them: they have one place, and hear of it once."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from shared.contracts.members import Duty
from tests.journeys.builders import ONE, THREE, answers
from tests.journeys.forum import Forum
from tests.tables import all_rows

# What an id is kept in that leads to nobody: so that nothing under way brings them back.
REMEMBERING = ("erased_members", "outbox")


def as_worker(forum: Forum) -> dict[str, str]:
    made = forum.as_operator("members", "POST", "/workers", "workers:write", json={"name": "Worker 1"})
    token = forum.keys.signer("members").member_token(UUID(made["id"]), {}, [Duty.WORKER])
    return {"Authorization": f"Bearer {token}"}


def post(forum: Forum, headers: dict[str, str], path: str, body: Any = None) -> Any:
    answer = forum.clients["members"].post(path, json=body, headers=headers)
    assert answer.is_success, answer.text
    return answer.json() if answer.content else None


def begin_to_help(forum: Forum, worker: dict[str, str], phone: str) -> str:
    helped: str = post(forum, worker, "/helping", {"words": forum.card(phone)["words"]})["member_id"]
    return helped


def test_two_records_become_one_everywhere(forum: Forum, programme: dict[str, Any]):
    forum.send_what_is_due()
    for phone in (ONE, THREE):
        answers(forum, phone, programme, "going")
    before = {phone: len(forum.said_to(phone)) for phone in (ONE, THREE)}
    worker = as_worker(forum)
    keep, gone = begin_to_help(forum, worker, ONE), begin_to_help(forum, worker, THREE)
    _, with_old_token = forum.member(THREE)
    merge = post(forum, worker, "/merges", {"keep_id": keep, "gone_id": gone})
    post(forum, worker, f"/merges/{merge['id']}/confirmations")
    forum.tell()
    assert forum.clients["events"].get(f"/occurrences/{programme['id']}").json()["going"] == 1
    for name, part in forum.parts.items():
        assert gone not in all_rows(part.sessions, REMEMBERING), name
    path = f"/occurrences/{programme['id']}/rsvp"
    answer = forum.clients["events"].put(path, json={"answer": "going"}, headers=with_old_token)
    assert answer.status_code == 401
    forum.clock.set(datetime(2026, 11, 25, 18, 30, 1, tzinfo=UTC))
    forum.send_what_is_due()
    assert {phone: len(forum.said_to(phone)) - count for phone, count in before.items()} == {ONE: 1, THREE: 0}
