"""What an activity says of its places, and who may say it."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from services.events.models import Group, Occurrence
from shared.contracts.members import Role
from tests.events.conftest import Headers


def test_those_who_run_it_decide_and_anybody_can_know(
    client: TestClient, forum: Group, evening: Occurrence, as_member: Callable[..., Headers]
):
    url = f"/activities/{evening.activity_id}/places"
    as_begun = {"most_others": 2, "fills_room": False, "priority": "first_come", "draw_hours": 48}
    assert client.get(url).json() == as_begun
    assert client.patch(url, json={"most_others": 0}, headers=as_member(uuid4())).status_code == 403
    host = as_member(uuid4(), {forum.id: Role.CONVENOR})
    changed = client.patch(url, json={"priority": "draw", "most_others": 0}, headers=host)
    assert changed.json() == as_begun | {"priority": "draw", "most_others": 0}
    refused = client.put(
        f"/occurrences/{evening.id}/rsvp", json={"answer": "going", "others": {"child": 1}}, headers=as_member(uuid4())
    )
    assert "for yourself alone" in refused.json()["detail"]


def test_who_waits_is_asked_by_the_new_rule_at_once(
    client: TestClient, forum: Group, evening: Occurrence, as_member: Callable[..., Headers]
):
    coming, pair, single = (as_member(uuid4()) for _ in range(3))
    url = f"/occurrences/{evening.id}"
    client.put(f"{url}/rsvp", json={"answer": "going"}, headers=coming)
    for party, headers in (({"buddy": 1}, pair), ({}, single)):
        assert client.put(f"{url}/waiting", json={"others": party}, headers=headers).is_success
    host = as_member(uuid4(), {forum.id: Role.CONVENOR})
    client.patch(f"/activities/{evening.activity_id}/places", json={"fills_room": True}, headers=host)
    [waiting] = client.get("/me/rsvps", headers=single).json()["waiting"]
    assert waiting["offered_until"] is not None


@pytest.mark.parametrize(
    "edit", [{"most_others": -1}, {"most_others": 21}, {"priority": "loudest"}, {"draw_hours": 0}, {"other": 1}]
)
def test_rules_that_make_no_sense_are_refused(
    client: TestClient, forum: Group, evening: Occurrence, as_member: Callable[..., Headers], edit: dict[str, object]
):
    host = as_member(uuid4(), {forum.id: Role.CONVENOR})
    assert client.patch(f"/activities/{evening.activity_id}/places", json=edit, headers=host).status_code == 422
