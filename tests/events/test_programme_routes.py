from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from services.events.models import Group, Occurrence
from shared.contracts.members import Role
from tests.events.builders import given_member
from tests.events.calendar_builders import calendar
from tests.events.calendar_builders import event as calendar_event

Headers = dict[str, str]


def test_a_convenor_moves_an_evening(
    client: TestClient, session: Session, forum: Group, evening: Occurrence, as_member: Callable[..., Headers]
):
    convenor = as_member(given_member(session, forum, Role.CONVENOR), {forum.id: Role.CONVENOR})
    session.commit()
    moved = client.patch(f"/occurrences/{evening.id}", json={"starts": "2026-11-27T19:00"}, headers=convenor)
    assert moved.status_code == 200
    assert (moved.json()["starts"], moved.json()["ends"]) == ("2026-11-27T19:00:00Z", "2026-11-27T21:30:00Z")
    assert moved.headers["etag"] == '"1"'


@pytest.mark.parametrize(
    "change",
    [
        {"starts": "2026-11-27T19:00:00Z"},
        {"starts": "soon"},
        {"start": "2026-11-27T19:00"},
        {"capacity": 0},
        {"title": " \u200b "},
        {"place": "x" * 201},
        {"starts": "2026-11-22T19:00"},
    ],
)
def test_a_change_that_cannot_be_is_refused(
    client: TestClient, evening: Occurrence, operator: Callable[[str], Headers], change: dict[str, Any]
):
    answer = client.patch(f"/occurrences/{evening.id}", json=change, headers=operator("programme:write"))
    assert answer.status_code == 422
    assert client.get(f"/occurrences/{evening.id}").headers["etag"] == '"0"'


def test_what_was_read_is_what_is_changed(client: TestClient, evening: Occurrence, operator: Callable[[str], Headers]):
    url = f"/occurrences/{evening.id}"
    headers = operator("programme:write")
    seen = {"If-Match": client.get(url).headers["etag"]}
    assert client.patch(url, json={"place": "The park"}, headers=headers | seen).status_code == 200
    late = client.patch(url, json={"title": "Film night"}, headers=headers | seen)
    assert (late.status_code, late.json()["type"]) == (412, "urn:afterhours:occurrence-changed")
    assert client.post(f"{url}/cancellation", headers=headers | seen).status_code == 412
    for tag in ('"7", "1"', "*"):
        assert client.patch(url, json={"capacity": 9}, headers=headers | {"If-Match": tag}).status_code == 200
    assert client.patch(url, json={"capacity": 8}, headers=headers | {"If-Match": "nonsense"}).status_code == 412


def test_an_activity_and_its_places_are_changed_as_they_were_read(
    client: TestClient, session: Session, forum: Group, as_member: Callable[..., Headers]
):
    convenor = as_member(given_member(session, forum, Role.CONVENOR), {forum.id: Role.CONVENOR})
    session.commit()
    draft = {"group_id": str(forum.id), "title": "Film night", "starts": "2026-11-26T18:30", "ends": "2026-11-26T21:00"}
    url = f"/activities/{client.post('/activities', json=draft, headers=convenor).json()['id']}"
    changes = ((url, {"reach": "all", "title": "Quiz"}), (f"{url}/places", {"most_others": 3}))
    for path, change in changes:
        seen = {"If-Match": client.get(path).headers["etag"]}
        assert client.patch(path, json=change, headers=convenor | seen).status_code == 200
        late = client.patch(path, json=change, headers=convenor | seen)
        assert (late.status_code, late.json()["type"]) == (412, "urn:afterhours:activity-changed")
    assert client.get(url).headers["etag"] == client.get(f"{url}/places").headers["etag"] == '"2"'


def test_nobody_changes_anything_without_a_token(client: TestClient, evening: Occurrence):
    url = f"/occurrences/{evening.id}"
    assert client.patch(url, json={"place": "The park"}).status_code == 401
    assert client.post(f"{url}/cancellation").status_code == 401
    assert client.post("/imports/programme?group=forum", content=calendar()).status_code == 401


# Importing


def test_an_operator_imports_a_programme(client: TestClient, forum: Group, operator: Callable[[str], Headers]):
    headers = operator("programme:import") | {"Content-Type": "text/calendar"}
    data = calendar(calendar_event("RRULE:FREQ=WEEKLY;COUNT=2"), calendar_event("DTSTART:soon", uid="walk@example.org"))
    report = client.post("/imports/programme?group=forum&name=forum.ics", content=data, headers=headers)
    assert report.status_code == 200
    assert report.json()["activities"] == {"added": 1, "changed": 0, "unchanged": 0, "missing": 0}
    assert report.json()["occurrences"] == {
        "added": 2,
        "moved": 0,
        "changed": 0,
        "cancelled": 0,
        "restored": 0,
        "unchanged": 0,
    }
    [problem] = report.json()["problems"]
    assert problem["component"] == 'VEVENT "Games night"'
    assert len(client.get("/occurrences").json()["items"]) == 2


@pytest.mark.parametrize(
    ("query", "data", "status", "code"),
    [
        ("group=forum", b"\x00\x01binary", 422, "not-a-calendar"),
        ("group=forum", b"", 422, "not-a-calendar"),
        ("group=forvm", calendar(), 404, "unknown-group"),
        ("group=forum", b"x" * (6 * 1024 * 1024 + 1), 413, "too-large"),
        ("group=%00", calendar(), 422, "invalid"),
        ("", calendar(), 422, "invalid"),
    ],
)
def test_what_cannot_be_imported_is_refused(
    client: TestClient,
    forum: Group,
    operator: Callable[[str], Headers],
    query: str,
    data: bytes,
    status: int,
    code: str,
):
    answer = client.post(f"/imports/programme?{query}", content=data, headers=operator("programme:import"))
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:afterhours:{code}")


def test_other_scopes_do_not_import(client: TestClient, forum: Group, operator: Callable[[str], Headers]):
    answer = client.post("/imports/programme?group=forum", content=calendar(), headers=operator("programme:write"))
    assert answer.status_code == 403
