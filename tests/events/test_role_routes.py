"""Roles over HTTP: what is needed is for all who see the evening, bad input is refused by name, and versions count."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from services.events.models import Group, Occurrence
from shared.contracts.members import Role
from tests.events.builders import given_host, given_member

Headers = dict[str, str]


@pytest.fixture
def host(session: Session, forum: Group, evening: Occurrence, as_member: Callable[..., Headers]) -> Headers:
    host = as_member(given_host(session, evening, forum), {forum.id: Role.MEMBER})
    session.commit()
    return host


@pytest.fixture
def member(session: Session, forum: Group, as_member: Callable[..., Headers]) -> Headers:
    member = as_member(given_member(session, forum), {forum.id: Role.MEMBER})
    session.commit()
    return member


def test_a_role_from_what_is_needed_to_stepping_down(
    client: TestClient, evening: Occurrence, host: Headers, member: Headers
):
    usual, url = f"/activities/{evening.activity_id}/roles", f"/occurrences/{evening.id}/roles"
    wanted = {"roles": [{"kind": "Projector", "needed": 1}, {"kind": "Cook", "needed": 2}]}
    said = client.put(usual, json=wanted, headers=host)
    assert said.json() == {"roles": [{"kind": "cook", "needed": 2}, {"kind": "Projector", "needed": 1}]}
    assert client.get(usual).headers["ETag"] == said.headers["ETag"]
    taken = client.put(f"{url}/mine", json={"kind": "cook"}, headers=member)
    cook = {"kind": "cook", "needed": 2, "taken": 1, "mine": True, "looking": False}
    assert taken.json()["roles"][0] == cook
    assert client.get(url).json()["roles"][0] == cook | {"mine": False}
    assert client.get("/me/roles", headers=member).json()["items"] == [
        {"occurrence_id": str(evening.id), "kind": "cook"}
    ]
    left = client.delete(f"{url}/mine", params={"kind": "cook"}, headers=member)
    assert left.json()["roles"][0] == cook | {"taken": 0, "mine": False, "looking": True}


def test_who_wishes_it_is_asked_and_can_say_not_this_time(
    client: TestClient, evening: Occurrence, host: Headers, member: Headers
):
    url = f"/occurrences/{evening.id}/roles"
    client.put(url, json={"roles": [{"kind": "tea", "needed": 1}]}, headers=host)
    refused = client.post(f"{url}/cover", json={"kind": "tea"}, headers=host)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:afterhours:nobody-to-ask")
    client.put("/me/roles", json={"ask_me_for": ["tea"]}, headers=member)
    assert client.post(f"{url}/cover", json={"kind": "tea"}, headers=host).json() == {"asking": 1}
    asked = {"occurrence_id": str(evening.id), "kind": "tea"}
    assert client.get("/me/roles", headers=member).json() == {"ask_me_for": ["tea"], "items": [], "asked": [asked]}
    assert client.delete(f"{url}/asked", headers=member).status_code == 204
    assert client.get("/me/roles", headers=member).json()["asked"] == []


@pytest.mark.parametrize(
    "roles",
    [
        [{"kind": "cook", "needed": 0}],
        [{"kind": "cook", "needed": 1000}],
        [{"kind": "cook", "needed": -1}],
        [{"kind": " \u200b", "needed": 1}],
        [{"kind": "x" * 41, "needed": 1}],
        [{"kind": "Cook", "needed": 1}, {"kind": "cook", "needed": 2}],
        [{"kind": str(number), "needed": 1} for number in range(21)],
        [{"kind": "cook", "needed": 1, "who": str(uuid4())}],
        None,
    ],
)
def test_roles_that_cannot_be_are_refused(
    client: TestClient, evening: Occurrence, host: Headers, roles: list[dict[str, Any]] | None
):
    answer = client.put(f"/activities/{evening.activity_id}/roles", json={"roles": roles}, headers=host)
    assert answer.status_code == 422
    assert client.get(f"/activities/{evening.activity_id}/roles").json() == {"roles": []}


def test_of_two_who_change_the_roles_at_once_the_second_looks_again(
    client: TestClient, evening: Occurrence, host: Headers
):
    for url in (f"/activities/{evening.activity_id}/roles", f"/occurrences/{evening.id}/roles"):
        seen = {"If-Match": client.get(url).headers["ETag"]}
        draft = {"roles": [{"kind": "tea", "needed": 1 + url.startswith("/occ")}]}
        assert client.put(url, json=draft, headers=host | seen).status_code == 200
        again = client.put(url, json=draft, headers=host | seen)
        assert (again.status_code, again.json()["type"]) == (412, "urn:afterhours:plan-changed")
